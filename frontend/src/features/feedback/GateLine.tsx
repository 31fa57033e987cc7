import { CircleCheck, RotateCcw } from 'lucide-react';
import type { Gate } from '../../api/types';
import styles from './GateLine.module.css';

/** Whether the answer passed its drill, why, and what in it decided that. */
export function GateLine({ gate }: { gate: Gate }) {
  return (
    <section className={styles.gate} data-passed={gate.passed || undefined} aria-label="Drill">
      {gate.passed ? <CircleCheck aria-hidden="true" /> : <RotateCcw aria-hidden="true" />}
      <div>
        <h4>
          {gate.title}: {gate.passed ? 'passed' : 'try again'}
        </h4>
        <p>{gate.why}</p>
        {gate.quote && !gate.why.includes(gate.quote) ? <blockquote>“{gate.quote}”</blockquote> : null}
      </div>
    </section>
  );
}
