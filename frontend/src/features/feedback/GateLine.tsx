import { CircleCheck, RotateCcw, Scale } from 'lucide-react';
import type { Gate } from '../../api/types';
import styles from './GateLine.module.css';

const verdict = (passed: Gate['passed']) => (passed === null ? 'yours to judge' : passed ? 'passed' : 'try again');

/** Whether the answer passed its drill, why, and what in it decided that. */
export function GateLine({ gate }: { gate: Gate }) {
  const Icon = gate.passed === null ? Scale : gate.passed ? CircleCheck : RotateCcw;
  return (
    <section className={styles.gate} data-passed={gate.passed || undefined} aria-label="Drill">
      <Icon aria-hidden="true" />
      <div>
        <h4>
          {gate.title}: {verdict(gate.passed)}
        </h4>
        <p>{gate.why}</p>
        {gate.quote && !gate.why.includes(gate.quote) ? <blockquote>“{gate.quote}”</blockquote> : null}
      </div>
    </section>
  );
}
