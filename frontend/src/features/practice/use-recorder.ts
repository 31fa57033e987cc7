/** The recorder for React: opening, listening, done; and what to tell when the microphone cannot be used. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { LiveUpload, type PartialText, type SentRecording } from '../../api/live-recording';
import { bytesOf, toInt16 } from '../../audio/pcm-format';
import { type LiveRecording, MicrophoneError, type Recording, startRecording } from '../../audio/recorder';
import type { RecorderPhase } from './status';

/** A recording, and its name on the server where all of it has arrived there while it was spoken. */
export interface Spoken extends Recording {
  live: SentRecording | null;
  /** What was understood of it while it was spoken; may be nothing. */
  partial: string;
  /** It begins with the answer given last, which was not finished. */
  goesOn?: boolean;
}

export interface RecorderControls {
  phase: RecorderPhase;
  /** What has been understood while it is spoken. */
  partial: PartialText | null;
  problem: MicrophoneError | null;
  live: LiveRecording | null;
  start: () => Promise<void>;
  /** Stop and hand the recording over; nothing is handed over where none was running. */
  stop: () => Promise<void>;
  discard: () => void;
  clearProblem: () => void;
}

export function useRecorder(sessionId: string, onRecorded: (recording: Spoken) => void, maxSeconds: number, retryOf: string | null = null): RecorderControls {
  const [phase, setPhase] = useState<RecorderPhase>('off');
  const [problem, setProblem] = useState<MicrophoneError | null>(null);
  const [live, setLive] = useState<LiveRecording | null>(null);
  const [partial, setPartial] = useState<PartialText | null>(null);
  const current = useRef<LiveRecording | null>(null);
  const upload = useRef<LiveUpload | null>(null);
  const wanted = useRef(false);
  const opening = useRef(false);

  const off = useCallback(() => {
    current.current = null;
    upload.current?.cancel();
    upload.current = null;
    setLive(null);
    setPartial(null);
    setPhase('off');
  }, []);

  const stop = useCallback(async () => {
    wanted.current = false;
    const recording = current.current;
    if (!recording) return;
    current.current = null;
    setPhase('closing');
    const done = await recording.stop();
    const sending = upload.current;
    upload.current = null;
    const sent = done.framed ? ((await sending?.finish()) ?? null) : null;
    if (!sent) sending?.cancel();
    off();
    onRecorded({ ...done, live: sent, partial: sending?.latest?.text ?? '' });
  }, [off, onRecorded]);

  const start = useCallback(async () => {
    if (wanted.current) return;
    wanted.current = true;
    if (opening.current) return; // the browser still asks for permission
    opening.current = true;
    setProblem(null);
    setPhase('opening');
    try {
      const sending = new LiveUpload({ sessionId, retryOf, onPartial: (text) => upload.current === sending && setPartial(text) });
      upload.current = sending;
      const recording = await startRecording((frame) => sending.push(bytesOf(toInt16(frame))));
      if (!wanted.current) {
        recording.cancel(); // let go before the microphone was open
        off();
        return;
      }
      current.current = recording;
      setLive(recording);
      setPhase('on');
    } catch (error) {
      wanted.current = false;
      off();
      setProblem(error instanceof MicrophoneError ? error : new MicrophoneError('busy'));
    } finally {
      opening.current = false;
    }
  }, [off, retryOf, sessionId]);

  const discard = useCallback(() => {
    wanted.current = false;
    current.current?.cancel();
    off();
  }, [off]);

  useEffect(() => {
    if (!live) return undefined;
    const timer = setTimeout(() => void stop(), Math.max(0, maxSeconds - live.seconds()) * 1000);
    return () => clearTimeout(timer);
  }, [live, maxSeconds, stop]);

  useEffect(
    () => () => {
      wanted.current = false;
      current.current?.cancel();
      current.current = null;
      upload.current?.cancel();
      upload.current = null;
    },
    [],
  );

  return { phase, problem, live, partial, start, stop, discard, clearProblem: () => setProblem(null) };
}
