import type { Report } from '../../api/types';
import { clock, plural } from '../../text/format';
import styles from './ReportPage.module.css';

type Entry = Report['timeline'][number];

export function Timeline({ timeline }: { timeline: Report['timeline'] }) {
  if (timeline.length === 0) return null;
  return (
    <section>
      <h2>Timeline</h2>
      <ol className={styles.timeline}>
        {timeline.map((entry) => (
          <li key={entry.turn_id} data-scored={entry.scored || undefined}>
            <p>{entry.question}</p>
            <p className={styles.note}>{factsOf(entry)}</p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function factsOf(entry: Entry): string {
  return [
    entry.retry_of ? 'another take' : null,
    entry.duration_s ? clock(entry.duration_s) : null,
    entry.words ? plural(entry.words, 'word') : null,
    entry.outcome === 'failed' ? 'did not get through' : entry.outcome === 'cancelled' ? 'interrupted' : entry.scored === false ? 'not scored' : null,
  ]
    .filter(Boolean)
    .join(' · ');
}
