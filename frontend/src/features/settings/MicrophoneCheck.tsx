import { Mic, Square } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { type LevelMeter, levelOf } from '../../audio/level';
import { MicrophoneError, openMicrophone, release } from '../../audio/recorder';
import { announce } from '../../ui/announce';
import { Button } from '../../ui/Button';
import { Message } from '../../ui/Message';
import styles from './SettingsPage.module.css';

const HEARD = 0.15;

/** Is the microphone there, allowed, and loud enough? Nothing is recorded or sent. */
export function MicrophoneCheck() {
  const [open, setOpen] = useState<{ stream: MediaStream; meter: LevelMeter; name: string } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [heard, setHeard] = useState(false);
  const bar = useRef<HTMLSpanElement>(null);

  useEffect(() => {
    if (!open) return undefined;
    const timer = setInterval(() => {
      const level = open.meter.level();
      if (bar.current) bar.current.style.transform = `scaleX(${level})`;
      if (level > HEARD) setHeard(true);
    }, 60);
    return () => {
      clearInterval(timer);
      open.meter.close();
      release(open.stream);
    };
  }, [open]);

  useEffect(() => {
    if (heard) announce('Your microphone works.');
  }, [heard]);

  const start = async () => {
    setProblem(null);
    setHeard(false);
    try {
      const stream = await openMicrophone();
      setOpen({ stream, meter: levelOf(stream), name: stream.getAudioTracks()[0]?.label ?? '' });
    } catch (error) {
      setProblem(error instanceof MicrophoneError ? error.message : 'The microphone could not be opened.');
    }
  };

  return (
    <section className={styles.group} aria-labelledby="microphone">
      <h2 id="microphone">Microphone check</h2>
      <p>Say a few words and watch the bar. Nothing is recorded.</p>
      {problem ? (
        <Message tone="warn" alert>
          {problem}
        </Message>
      ) : null}
      <div className={styles.check}>
        {open ? (
          <Button icon={<Square aria-hidden="true" />} onClick={() => setOpen(null)}>
            Stop
          </Button>
        ) : (
          <Button icon={<Mic aria-hidden="true" />} onClick={() => void start()}>
            Check the microphone
          </Button>
        )}
        {open ? (
          <div className={styles.meter}>
            <span aria-hidden="true">
              <span ref={bar} />
            </span>
            <p>
              {heard ? 'It works.' : 'Listening…'} {open.name}
            </p>
          </div>
        ) : null}
      </div>
    </section>
  );
}
