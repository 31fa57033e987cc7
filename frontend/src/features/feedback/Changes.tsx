import { ArrowRight } from 'lucide-react';
import type { Feedback } from '../../api/types';
import { figure, words } from '../../text/format';
import styles from './FeedbackPanel.module.css';

type Change = NonNullable<Feedback['compared']>['changes'][number];

const shown = (value: number | string | null | undefined) =>
  typeof value === 'number' ? figure(value) : (value ?? 'not measured');

/** What is different from the take before. */
export function Changes({ changes, calm = false }: { changes: Change[]; calm?: boolean }) {
  const told = calm ? changes.filter((change) => change.better !== null && change.better !== undefined) : changes;
  if (told.length === 0) return null;
  return (
    <section className={styles.changes}>
      <h4>Since your last take</h4>
      <ul>
        {told.map((change) => (
          <li key={change.what} data-better={change.better ?? undefined}>
            <span>{words(change.what)}</span>
            {calm ? (
              <span>{change.better ? <em>better</em> : 'less good'}</span>
            ) : (
              <span>
                {shown(change.before)} <ArrowRight aria-label="now" /> <strong>{shown(change.after)}</strong>
                {change.better === true ? <em>better</em> : null}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
