import { Ear, Hourglass, Keyboard, Mic, SendHorizontal, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { clock, spokenDuration } from '../../text/format';
import { announce } from '../../ui/announce';
import { Button } from '../../ui/Button';
import { Message } from '../../ui/Message';
import { useTouch } from '../../ui/use-touch';
import styles from './HandsFreeDock.module.css';
import { HeardSoFar } from './HeardSoFar';
import { LevelMeter } from './LevelMeter';
import type { HandsFreeControls } from './use-hands-free';
import { TAKES_SPACE } from './use-push-to-talk';
import recorder from './VoiceRecorder.module.css';

interface Props {
  handsFree: HandsFreeControls;
  maxSeconds: number;
  /** The coach speaks, or is about to: a key silences it. */
  canInterrupt: boolean;
  onInterrupt: () => void;
  onPush: () => void;
  onType: () => void;
}

/** The microphone listens by itself; a ring shows the pause that ends the answer. */
export function HandsFreeDock({ handsFree, maxSeconds, canInterrupt, onInterrupt, onPush, onType }: Props) {
  const { it, phase, problem, partial, countdown, patient } = handsFree;
  const touch = useTouch();
  const seconds = useSeconds(it.seconds, phase !== 'off');
  const taking = phase === 'hearing' || phase === 'pausing';
  const pausing = phase === 'pausing';
  useSpace(() => (pausing ? it.notDone() : canInterrupt && !taking && onInterrupt()));

  useEffect(() => {
    if (pausing) announce('Your answer will be sent when you stay silent.');
  }, [pausing]);
  useEffect(() => {
    if (patient) announce(PATIENT);
  }, [patient]);

  if (problem) {
    return (
      <Message tone="warn" alert actions={
        <>
          <Button onClick={() => void it.start()}>Try again</Button>
          <Button onClick={onPush}>Push to talk</Button>
          <Button look="quiet" onClick={onType}>Type instead</Button>
        </>
      }>
        {problem.message}
      </Message>
    );
  }
  return (
    <div className={recorder.recorder}>
      <div className={recorder.row}>
        <Ring phase={phase} countdown={countdown} />
        <div className={recorder.side}>
          <div className={recorder.meterRow}>
            <LevelMeter live={phase === 'off' || phase === 'opening' ? null : it} quiet={!taking} />
            <p className={recorder.timer} data-late={maxSeconds - seconds <= 15 || undefined} role="timer" aria-label={spokenDuration(seconds)}>
              {clock(seconds)}
              <span aria-hidden="true"> / {clock(maxSeconds)}</span>
            </p>
          </div>
          <p className={recorder.hint}>{hintOf(handsFree, canInterrupt)}</p>
        </div>
      </div>
      {taking && partial ? <HeardSoFar partial={partial} /> : null}
      <div className={styles.acts}>
        {pausing ? (
          <Button look="primary" icon={<Hourglass aria-hidden="true" />} onClick={() => it.notDone()}>
            I’m not done{touch ? null : <kbd>space</kbd>}
          </Button>
        ) : null}
        {taking ? (
          <>
            <Button icon={<SendHorizontal aria-hidden="true" />} onClick={() => void it.send()}>
              Send now
            </Button>
            <Button look="quiet" icon={<Trash2 aria-hidden="true" />} onClick={() => it.discard()}>
              Discard
            </Button>
          </>
        ) : (
          <>
            <Button look="quiet" icon={<Mic aria-hidden="true" />} onClick={onPush}>
              Push to talk
            </Button>
            <Button look="quiet" icon={<Keyboard aria-hidden="true" />} onClick={onType}>
              Type instead
            </Button>
          </>
        )}
      </div>
    </div>
  );
}

const RADIUS = 42;
const AROUND = 2 * Math.PI * RADIUS;

/** Full while the pause begins, empty when the answer goes. */
function Ring({ phase, countdown }: Pick<HandsFreeControls, 'phase' | 'countdown'>) {
  const left = countdown ? countdown.leftMs / countdown.ofMs : 0;
  return (
    <div className={styles.ring} data-phase={phase} role="img" aria-label={countdown ? `Sending in ${Math.ceil(countdown.leftMs / 1000)} seconds` : NAMES[phase]}>
      <svg viewBox="0 0 92 92" aria-hidden="true">
        <circle cx="46" cy="46" r={RADIUS} className={styles.track} />
        {countdown ? (
          <circle cx="46" cy="46" r={RADIUS} className={styles.left} strokeDasharray={AROUND} strokeDashoffset={AROUND * (1 - left)} transform="rotate(-90 46 46)" />
        ) : null}
      </svg>
      {countdown ? <span className={styles.count}>{Math.ceil(countdown.leftMs / 1000)}</span> : <Ear aria-hidden="true" />}
    </div>
  );
}

const NAMES = {
  off: 'The microphone is off', opening: 'Opening the microphone', waiting: 'The microphone is open', hearing: 'Hearing you', pausing: 'You pause', closing: 'Sending your answer',
};

const PATIENT = 'Take your time. Nothing is sent until you have talked again.';

function hintOf({ phase, countdown, patient }: HandsFreeControls, coachSpeaks: boolean): string {
  if (phase === 'opening') return 'Getting ready to listen. The first time takes a few seconds; if it takes longer, click anywhere.';
  if (patient) return PATIENT;
  if (phase === 'pausing' && countdown) return 'Go on talking whenever you like.';
  if (phase === 'hearing' || phase === 'pausing') return 'When you have been silent for a while, your answer is sent.';
  if (phase === 'closing') return 'Sending your answer.';
  return coachSpeaks ? 'Speak up to interrupt.' : 'Just start talking. Silence ends your answer.';
}

/** The space bar wherever no field or button has the focus. */
function useSpace(act: () => void): void {
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      if (event.code !== 'Space' || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest(TAKES_SPACE)) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', down);
    return () => window.removeEventListener('keydown', down);
  });
}

function useSeconds(read: () => number, running: boolean): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => setSeconds(Math.floor(read())), 200);
    return () => {
      clearInterval(timer);
      setSeconds(0);
    };
  }, [read, running]);
  return seconds;
}
