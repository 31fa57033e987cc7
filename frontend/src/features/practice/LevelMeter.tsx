import { useEffect, useRef } from 'react';
import styles from './VoiceRecorder.module.css';

const BARS = 36;

interface Props {
  live: { level(): number } | null;
  /** Sound that is heard but belongs to no answer. */
  quiet?: boolean;
}

/** How loud it is, drawn past React: a moving row of bars, the newest at the right. */
export function LevelMeter({ live, quiet = false }: Props) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const bars = row.current ? ([...row.current.children] as HTMLElement[]) : [];
    const levels = new Array<number>(BARS).fill(0);
    const draw = () =>
      bars.forEach((bar, at) => {
        bar.style.transform = `scaleY(${0.08 + 0.92 * (levels[at] ?? 0)})`;
      });
    draw();
    if (!live) return undefined;
    const timer = setInterval(() => {
      levels.shift();
      levels.push(live.level());
      draw();
    }, 60);
    return () => clearInterval(timer);
  }, [live]);
  return (
    <div ref={row} className={styles.level} data-on={live ? (quiet ? 'quiet' : '') : undefined} aria-hidden="true">
      {Array.from({ length: BARS }, (_, at) => (
        <span key={at} />
      ))}
    </div>
  );
}
