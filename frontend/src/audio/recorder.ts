/** The microphone: one recording at a time, with its level while it runs. */
import { levelOf } from './level';
import { FRAME_MS } from './pcm-format';
import { type PcmTap, tapPcm } from './pcm-tap';

export type MicrophoneProblem = 'unsupported' | 'insecure' | 'denied' | 'missing' | 'busy' | 'deaf' | 'lost';

/** Why the microphone could not be used; `message` is for the person. */
export class MicrophoneError extends Error {
  constructor(readonly problem: MicrophoneProblem) {
    super(SENTENCES[problem]);
    this.name = 'MicrophoneError';
  }
}

const SENTENCES: Record<MicrophoneProblem, string> = {
  unsupported: 'This browser cannot record sound. You can type your answer instead.',
  insecure: 'Browsers allow the microphone only on a secure address (https or localhost). You can type your answer instead.',
  denied: 'The microphone is blocked for this page. Allow it in the address bar, or type your answer.',
  missing: 'No microphone was found. Plug one in, or type your answer.',
  deaf: 'Hands-free does not work in this browser. Push to talk does, and you can type.',
  lost: 'The microphone was unplugged or taken away. What you said before was kept.',
  busy: 'The microphone could not be opened; another program may be using it. You can type your answer instead.',
};

/** In order of preference. Safari is asked for mp4 first: it claims webm before it can play it. */
const WEBM_FIRST = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4', 'audio/webm'];
const MP4_FIRST = ['audio/mp4;codecs=mp4a.40.2', 'audio/mp4', 'audio/webm;codecs=opus'];

export interface Recording {
  readonly blob: Blob;
  readonly seconds: number;
  /** The loudest moment, 0..1; near 0 means that nothing was heard, NaN that it could not be measured. */
  readonly loudest: number;
  /** Whether all of it was also handed over in frames while it was made. */
  readonly framed: boolean;
}

export interface LiveRecording {
  /** 0..1, how loud it is right now. */
  level(): number;
  /** Seconds since the recording began. */
  seconds(): number;
  /** The loudest moment so far, 0..1, or NaN. */
  loudest(): number;
  /** Stop, and get what was recorded. */
  stop(): Promise<Recording>;
  /** Stop, and throw it away. */
  cancel(): void;
}

/** Called with every frame of 16 kHz sound while it is recorded. */
export type OnFrame = (frame: Float32Array) => void;

/** Open the microphone and record. Throws `MicrophoneError`. */
export async function startRecording(onFrame: OnFrame = () => undefined): Promise<LiveRecording> {
  const stream = await openMicrophone();
  try {
    return await record(stream, onFrame);
  } catch {
    release(stream);
    throw new MicrophoneError('unsupported');
  }
}

export async function openMicrophone(): Promise<MediaStream> {
  if (!window.isSecureContext) throw new MicrophoneError('insecure');
  if (!navigator.mediaDevices?.getUserMedia || typeof MediaRecorder === 'undefined') throw new MicrophoneError('unsupported');
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
    });
  } catch (error) {
    throw new MicrophoneError(problemOf(error));
  }
}

export function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function problemOf(error: unknown): MicrophoneProblem {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  return 'busy';
}

/** Frames may lag this much behind the recording; what is missing beyond it was lost. */
const LAG_S = 0.4;
const TAP_MS = 1500;

/** The tap, or null where it cannot be had in time: recording works without it. */
async function tapInTime(stream: MediaStream, onFrame: OnFrame): Promise<PcmTap | null> {
  let late = false;
  const tap = tapPcm(stream, onFrame).then((made) => {
    if (late) made.close();
    return made;
  });
  const timeout = new Promise<null>((resolve) => setTimeout(resolve, TAP_MS, null));
  const found = await Promise.race([tap.catch(() => null), timeout]);
  late = found === null;
  return found;
}

async function record(stream: MediaStream, onFrame: OnFrame): Promise<LiveRecording> {
  let frames = 0;
  const tap = await tapInTime(stream, (frame) => {
    frames += 1;
    onFrame(frame);
  });
  const mimeType = (isSafari() ? MP4_FIRST : WEBM_FIRST).find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, { ...(mimeType ? { mimeType } : {}), audioBitsPerSecond: 48_000 });
  const meter = levelOf(stream);
  const pieces: Blob[] = [];
  const began = performance.now();
  let over = false;
  recorder.ondataavailable = (event) => {
    if (event.data.size > 0) pieces.push(event.data);
  };
  recorder.start(500);
  const end = () => {
    over = true;
    tap?.close();
    meter.close();
    release(stream);
  };
  const seconds = () => (performance.now() - began) / 1000;
  return {
    level: meter.level,
    loudest: meter.loudest,
    seconds,
    stop: () =>
      new Promise((resolve) => {
        const length = seconds();
        const finish = () => {
          const framed = tap !== null && (frames * FRAME_MS) / 1000 > length - LAG_S;
          end();
          const type = recorder.mimeType || mimeType || 'audio/webm';
          resolve({ blob: new Blob(pieces, { type }), seconds: length, loudest: meter.loudest(), framed });
        };
        if (recorder.state === 'inactive') finish(); // the device went away; what was heard is kept
        else {
          recorder.onstop = finish;
          recorder.stop();
        }
      }),
    cancel: () => {
      if (over) return;
      recorder.ondataavailable = null;
      if (recorder.state !== 'inactive') recorder.stop();
      end();
    },
  };
}

function isSafari(): boolean {
  return /^((?!chrome|chromium|android|crios|fxios|edg).)*safari/i.test(navigator.userAgent);
}
