import { ArrowRight } from 'lucide-react';
import type { Feedback } from '../../api/types';
import { figure, words } from '../../text/format';
import styles from './FeedbackPanel.module.css';

type Change = NonNullable<Feedback['compared']>['changes'][number];

const shown = (value: number | string | null | undefined) =>
  typeof value === 'number' ? figure(value) : (value ?? 'not measured');

/** What is different from the take before. */
export function Changes({ changes }: { changes: Change[] }) {
  return (
    <section className={styles.changes}>
      <h4>Since your last take</h4>
      <ul>
        {changes.map((change) => (
          <li key={change.what} data-better={change.better ?? undefined}>
            <span>{words(change.what)}</span>
            <span>
              {shown(change.before)} <ArrowRight aria-label="now" /> <strong>{shown(change.after)}</strong>
              {change.better === true ? <em>better</em> : null}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
