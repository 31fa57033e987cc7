import { Hourglass } from 'lucide-react';
import { useEffect, useState } from 'react';
import { plural } from '../../text/format';
import type { Room } from './room-machine';
import styles from './Room.module.css';

/** Seconds between looks at the clock: only minutes are shown. */
const LOOK_S = 5;

/** How long the interview may still take; nothing where it has no limit. It stands still in a pause. */
export function TimeLeft({ timers, state }: Pick<Room, 'timers' | 'state'>) {
  const [now, setNow] = useState(() => Date.now());
  const runs = state === 'open' && timers?.left_s != null;
  useEffect(() => {
    if (!runs) return undefined;
    const timer = setInterval(() => setNow(Date.now()), LOOK_S * 1000);
    return () => clearInterval(timer);
  }, [runs, timers]);
  if (timers?.left_s == null || (state !== 'open' && state !== 'paused')) return null;
  const gone = runs ? Math.max(0, now - timers.at) / 1000 : 0;
  const minutes = Math.ceil((timers.left_s - gone) / 60);
  return (
    <span className={styles.timeLeft}>
      <Hourglass aria-hidden="true" />
      {minutes > 0 ? `${plural(minutes, 'minute')} left` : 'Time is up'}
    </span>
  );
}
