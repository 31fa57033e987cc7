import type { ReactNode } from 'react';
import { type Star, STAR_PARTS, type StarPart } from '../../api/types';
import { percent, words } from '../../text/format';
import styles from './StarMeter.module.css';

interface Props {
  star: Star;
  /** The part whose sentences are marked in the transcript. */
  shown: StarPart | null;
  onShow: (part: StarPart | null) => void;
  /** Without the share of the words, for those who want no numbers. */
  calm?: boolean;
  /** Where the parts stand in the answer. */
  children?: ReactNode;
}

export function strengthWord(strength: number): string {
  if (strength >= 0.66) return 'strong';
  return strength >= 0.33 ? 'clear' : 'faint';
}

/** Situation, Task, Action, Result: how strongly each was told, and how many of the words it took. */
export function StarMeter({ star, shown, onShow, calm = false, children }: Props) {
  return (
    <div className={styles.parts}>
      <ul className={styles.meter} aria-label="Parts of the story">
        {STAR_PARTS.map((part) => {
          const { present, strength, share } = star[part];
          return (
            <li key={part}>
              <button
                type="button"
                className={styles.part}
                data-missing={!present || undefined}
                aria-pressed={shown === part}
                disabled={!present}
                onClick={() => onShow(shown === part ? null : part)}
              >
                <span className={styles.name}>{words(part)}</span>
                <span className={styles.bar} aria-hidden="true">
                  <span style={{ transform: `scaleX(${present ? Math.max(0.06, strength) : 0})` }} />
                </span>
                <span className={styles.said}>{present ? `${strengthWord(strength)}${share > 0 && !calm ? `, ${percent(share)}` : ''}` : 'not found'}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {children}
      {STAR_PARTS.some((part) => star[part].present) ? (
        <p className={styles.note}>A reader trained on sentences found them, and can be wrong. Choose a part to see it in your answer.{calm ? '' : ' The figure is its share of your words.'}</p>
      ) : null}
    </div>
  );
}
