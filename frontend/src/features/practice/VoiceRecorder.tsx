import { Ear, Keyboard, Mic, Square } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { PartialText } from '../../api/live-recording';
import type { LiveRecording } from '../../audio/recorder';
import { clock, spokenDuration } from '../../text/format';
import { announce } from '../../ui/announce';
import { Button } from '../../ui/Button';
import { Message } from '../../ui/Message';
import { useTouch } from '../../ui/use-touch';
import { HeardSoFar } from './HeardSoFar';
import { LevelMeter } from './LevelMeter';
import type { RecorderPhase } from './status';
import { usePushToTalk } from './use-push-to-talk';
import styles from './VoiceRecorder.module.css';

interface Props {
  phase: RecorderPhase;
  live: LiveRecording | null;
  /** What has been understood so far, where that is known. */
  partial: PartialText | null;
  enabled: boolean;
  maxSeconds: number;
  problem: string | null;
  onStart: () => void;
  onStop: () => void;
  onDiscard: () => void;
  onHandsFree: () => void;
  onType: () => void;
}

/** Push to talk: hold or tap, with the mouse, a finger or the space bar. */
export function VoiceRecorder({ phase, live, partial, enabled, maxSeconds, problem, onStart, onStop, onDiscard, onHandsFree, onType }: Props) {
  const on = phase === 'on' || phase === 'opening';
  const talk = usePushToTalk({ start: onStart, stop: onStop, isOn: () => on, enabled: enabled || on });
  const touch = useTouch();
  const seconds = useSeconds(live);
  const left = maxSeconds - seconds;
  const quiet = live !== null && seconds > 4 && live.loudest() < 0.05;

  useEffect(() => {
    if (live && left === 15) announce('15 seconds left for this answer.');
  }, [live, left]);

  return (
    <div className={styles.recorder}>
      {problem ? (
        <Message tone="warn" alert>
          {problem}
        </Message>
      ) : null}
      <div className={styles.row}>
        <button
          type="button"
          {...talk}
          className={styles.talk}
          data-on={on || undefined}
          disabled={!enabled && !on}
          aria-label={on ? 'Stop and send your answer' : 'Start your answer'}
          aria-describedby="talk-hint"
        >
          {on ? <Square aria-hidden="true" /> : <Mic aria-hidden="true" />}
        </button>
        <div className={styles.side}>
          <div className={styles.meterRow}>
            <LevelMeter live={live} />
            <p className={styles.timer} data-late={left <= 15 || undefined} role="timer" aria-label={spokenDuration(seconds)}>
              {clock(seconds)}
              <span aria-hidden="true"> / {clock(maxSeconds)}</span>
            </p>
          </div>
          <p id="talk-hint" className={styles.hint}>
            {on ? (
              quiet ? 'Nothing can be heard. Is the microphone on?' : 'Let go to send. If you tapped, tap again to send.'
            ) : (
              <>
                Hold {touch ? null : <><kbd>space</kbd> or </>}the button and talk. Or tap once to start, once more to send.
              </>
            )}
          </p>
        </div>
      </div>
      {on && partial ? <HeardSoFar partial={partial} /> : null}
      <div className={styles.other}>
        {on ? (
          <Button look="quiet" onClick={onDiscard}>
            Discard and start over
          </Button>
        ) : (
          <>
            <Button look="quiet" icon={<Ear aria-hidden="true" />} onClick={onHandsFree}>
              Hands-free
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

/** Whole seconds of a recording, 0 without one. */
function useSeconds(live: LiveRecording | null): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (!live) return undefined;
    const timer = setInterval(() => setSeconds(Math.floor(live.seconds())), 200);
    return () => {
      clearInterval(timer);
      setSeconds(0);
    };
  }, [live]);
  return seconds;
}
