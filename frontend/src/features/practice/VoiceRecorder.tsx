/** Push-to-talk: hold the button or the space bar, or click to start and click to stop. */
import { Keyboard, Mic, Square, X } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { MicrophoneError, record, type Recording } from '../../audio/recorder';
import { clock } from '../../ui/format';

const HOLD_MS = 350;

interface Props {
  disabled: boolean;
  maxSeconds: number;
  onStart: () => void;
  onDone: (blob: Blob) => void;
  onCancel: () => void;
  onType: () => void;
}

export function VoiceRecorder({ disabled, maxSeconds, onStart, onDone, onCancel, onType }: Props) {
  const recording = useRef<Recording | null>(null);
  const opening = useRef(false);
  const pressedAt = useRef(0);
  const [seconds, setSeconds] = useState<number | null>(null);
  const [problem, setProblem] = useState('');
  const bar = useRef<HTMLSpanElement>(null);

  const start = useCallback(async () => {
    if (recording.current || opening.current || disabled) return;
    opening.current = true;
    setProblem('');
    try {
      recording.current = await record();
      setSeconds(0);
      onStart();
    } catch (error) {
      setProblem(error instanceof MicrophoneError ? error.message : 'The microphone could not be opened.');
    } finally {
      opening.current = false;
    }
  }, [disabled, onStart]);

  const stop = useCallback(async () => {
    const running = recording.current;
    if (!running) return;
    recording.current = null;
    setSeconds(null);
    onDone(await running.stop());
  }, [onDone]);

  const cancel = useCallback(() => {
    recording.current?.cancel();
    recording.current = null;
    setSeconds(null);
    onCancel();
  }, [onCancel]);

  useEffect(() => () => recording.current?.cancel(), []);

  const active = seconds !== null;
  useEffect(() => {
    if (!active) return;
    const began = performance.now();
    let frame = 0;
    const draw = () => {
      const level = recording.current?.level() ?? 0;
      bar.current?.style.setProperty('--level', level.toFixed(3));
      const now = Math.floor((performance.now() - began) / 1000);
      setSeconds((known) => (known === null || known === now ? known : now));
      if (now >= maxSeconds) void stop();
      else frame = requestAnimationFrame(draw);
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [active, maxSeconds, stop]);

  const press = useCallback(() => {
    pressedAt.current = performance.now();
    if (recording.current) void stop();
    else void start();
  }, [start, stop]);

  const release = useCallback(() => {
    if (recording.current && performance.now() - pressedAt.current > HOLD_MS) void stop();
  }, [stop]);

  useEffect(() => {
    const typing = (target: EventTarget | null) =>
      target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT|BUTTON|A|SUMMARY)$/.test(target.tagName));
    const down = (event: KeyboardEvent) => {
      if (event.code === 'Escape' && recording.current) cancel();
      if (event.code !== 'Space' || event.repeat || typing(event.target)) return;
      event.preventDefault();
      press();
    };
    const up = (event: KeyboardEvent) => {
      if (event.code === 'Space' && !typing(event.target)) release();
    };
    window.addEventListener('keydown', down);
    window.addEventListener('keyup', up);
    return () => {
      window.removeEventListener('keydown', down);
      window.removeEventListener('keyup', up);
    };
  }, [press, release, cancel]);

  return (
    <div className="recorder">
      <div className="recorder-row">
        <button
          type="button"
          className={`talk ${active ? 'talk-on' : ''}`}
          disabled={disabled && !active}
          aria-pressed={active}
          onPointerDown={(event) => { if (event.button === 0) press(); }}
          onPointerUp={release}
          onKeyDown={(event) => { if ((event.key === 'Enter' || event.key === ' ') && !event.repeat) { event.preventDefault(); press(); } }}
          onKeyUp={(event) => { if (event.key === ' ') { event.preventDefault(); release(); } }}
        >
          <span className="talk-ring" ref={bar} aria-hidden="true" />
          {active ? <Square aria-hidden="true" size={26} /> : <Mic aria-hidden="true" size={28} />}
          <span className="visually-hidden">{active ? 'Stop and send' : 'Record your answer'}</span>
        </button>
        <div className="recorder-words">
          <strong>{active ? `Recording ${clock(seconds)}` : 'Record your answer'}</strong>
          <span className="muted">
            {active ? 'Let go or click to send. Escape throws it away.' : <>Click, or hold the button or <kbd>Space</kbd> while you speak.</>}
          </span>
        </div>
        {active ? (
          <button type="button" className="button quiet" onClick={cancel}><X aria-hidden="true" size={16} /> Discard</button>
        ) : (
          <button type="button" className="button quiet" onClick={onType} disabled={disabled}><Keyboard aria-hidden="true" size={16} /> Type instead</button>
        )}
      </div>
      {problem && <p className="problem" role="alert">{problem}</p>}
    </div>
  );
}
