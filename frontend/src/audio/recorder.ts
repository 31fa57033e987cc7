/** The microphone: one recording at a time, with a level to show. */

export class MicrophoneError extends Error {}

const TYPES = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus', 'audio/webm'];

export interface Recording {
  /** 0..1, how loud it is right now. */
  level(): number;
  /** Stop, and get what was recorded. */
  stop(): Promise<Blob>;
  /** Stop, and throw it away. */
  cancel(): void;
}

/** Begin to record. Throws MicrophoneError with a sentence for the person. */
export async function record(): Promise<Recording> {
  if (!navigator.mediaDevices?.getUserMedia || typeof MediaRecorder === 'undefined') {
    throw new MicrophoneError('This browser cannot record here. You can type your answer instead.');
  }
  const stream = await navigator.mediaDevices
    .getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } })
    .catch((error: DOMException) => { throw new MicrophoneError(sentenceFor(error)); });
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, { ...(mimeType ? { mimeType } : {}), audioBitsPerSecond: 48_000 });
  const pieces: Blob[] = [];
  recorder.ondataavailable = (event) => { if (event.data.size > 0) pieces.push(event.data); };
  const meter = levelMeter(stream);
  recorder.start(500);
  const release = () => {
    meter.close();
    stream.getTracks().forEach((track) => track.stop());
  };
  return {
    level: meter.level,
    stop: () =>
      new Promise((done) => {
        recorder.onstop = () => {
          release();
          done(new Blob(pieces, { type: recorder.mimeType || mimeType || 'audio/webm' }));
        };
        recorder.stop();
      }),
    cancel: () => {
      recorder.onstop = null;
      if (recorder.state !== 'inactive') recorder.stop();
      release();
    },
  };
}

function sentenceFor(error: DOMException): string {
  if (error.name === 'NotAllowedError') {
    return 'The microphone is blocked. Allow it in the address bar of your browser, or type your answer.';
  }
  if (error.name === 'NotFoundError') return 'No microphone was found. Plug one in, or type your answer.';
  return 'The microphone could not be opened. Another program may be using it; you can type your answer.';
}

function levelMeter(stream: MediaStream): { level: () => number; close: () => void } {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  return {
    level: () => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      return Math.min(1, Math.sqrt(power) * 6);
    },
    close: () => void context.close(),
  };
}
