import { figure, words } from '../../text/format';
import { NextLevel } from './NextLevel';
import styles from './ScoreRow.module.css';

interface Props {
  name: string;
  score: number;
  why: string;
  anchor?: string;
  /** Last answers minus first answers, in points. */
  trend?: number | null;
}

const STEADY = 0.3;

/** One dimension from 1 to 5, with its reason, what that level means in the rubric, and the next one on request. */
export function ScoreRow({ name, score, why, anchor, trend }: Props) {
  return (
    <li className={styles.row}>
      <div className={styles.head}>
        <p className={styles.name}>{words(name)}</p>
        <p className={styles.number}>
          {trend ? <span className={styles.trend}>{Math.abs(trend) < STEADY ? 'steady' : trend > 0 ? 'rising' : 'falling'}</span> : null}
          <strong>{figure(score)}</strong> of 5
        </p>
      </div>
      <div className={styles.steps} aria-hidden="true">
        {[1, 2, 3, 4, 5].map((step) => (
          <span key={step}>
            <span style={{ transform: `scaleX(${Math.min(1, Math.max(0, score - step + 1))})` }} />
          </span>
        ))}
      </div>
      <p>{why}</p>
      {anchor && anchor !== why ? <p className={styles.anchor}>This level means: {anchor}</p> : null}
      <NextLevel name={name} score={score} anchor={anchor} />
    </li>
  );
}
