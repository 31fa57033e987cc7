/** The recorder for React: opening, listening, done; and what to tell when the microphone cannot be used. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { type LiveRecording, MicrophoneError, type Recording, startRecording } from '../../audio/recorder';
import type { RecorderPhase } from './status';

export interface RecorderControls {
  phase: RecorderPhase;
  problem: MicrophoneError | null;
  live: LiveRecording | null;
  start: () => Promise<void>;
  /** Stop and hand the recording over; nothing is handed over where none was running. */
  stop: () => Promise<void>;
  discard: () => void;
  clearProblem: () => void;
}

export function useRecorder(onRecorded: (recording: Recording) => void, maxSeconds: number): RecorderControls {
  const [phase, setPhase] = useState<RecorderPhase>('off');
  const [problem, setProblem] = useState<MicrophoneError | null>(null);
  const [live, setLive] = useState<LiveRecording | null>(null);
  const current = useRef<LiveRecording | null>(null);
  const wanted = useRef(false);
  const opening = useRef(false);

  const off = useCallback(() => {
    current.current = null;
    setLive(null);
    setPhase('off');
  }, []);

  const stop = useCallback(async () => {
    wanted.current = false;
    const recording = current.current;
    if (!recording) return;
    current.current = null;
    setPhase('closing');
    const done = await recording.stop();
    off();
    onRecorded(done);
  }, [off, onRecorded]);

  const start = useCallback(async () => {
    if (wanted.current) return;
    wanted.current = true;
    if (opening.current) return; // the browser still asks for permission
    opening.current = true;
    setProblem(null);
    setPhase('opening');
    try {
      const recording = await startRecording();
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
  }, [off]);

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
    },
    [],
  );

  return { phase, problem, live, start, stop, discard, clearProblem: () => setProblem(null) };
}
