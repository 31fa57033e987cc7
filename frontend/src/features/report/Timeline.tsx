import type { Report } from '../../api/types';
import { clock, plural } from '../../text/format';
import { StoryAxis } from '../practice/StoryAxis';
import styles from './ReportPage.module.css';

type Entry = Report['timeline'][number];

export function Timeline({ timeline, calm = false }: { timeline: Report['timeline']; calm?: boolean }) {
  if (timeline.length === 0) return null;
  return (
    <section>
      <h2>Timeline</h2>
      <ol className={styles.timeline}>
        {timeline.map((entry) => (
          <li key={entry.turn_id} data-scored={entry.scored || undefined}>
            <p>{entry.question}</p>
            <p className={styles.note}>{factsOf(entry, calm)}</p>
            <StoryAxis spans={entry.star_spans ?? []} length={entry.characters ?? 0} seconds={entry.duration_s} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function factsOf(entry: Entry, calm: boolean): string {
  return [
    entry.retry_of ? 'another take' : null,
    entry.duration_s && !calm ? clock(entry.duration_s) : null,
    entry.words && !calm ? plural(entry.words, 'word') : null,
    entry.outcome === 'failed' ? 'did not get through' : entry.outcome === 'cancelled' ? 'interrupted' : entry.scored === false ? 'not scored' : null,
  ]
    .filter(Boolean)
    .join(' · ');
}
