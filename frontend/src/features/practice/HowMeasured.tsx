import type { Delivery } from '../../api/types';
import { clock, plural } from '../../text/format';
import styles from './HowMeasured.module.css';
import { PaceLine } from './PaceLine';

interface Props {
  delivery: Delivery;
  /** Without any number that was measured. */
  calm: boolean;
  /** Whether a figure was switched off. */
  off: (figure: string) => boolean;
}

const TITLES: [figure: string, title: string][] = [
  ['talk_time_s', 'Talking'],
  ['word_count', 'Words'],
  ['word_variety', 'Different words'],
  ['words_per_minute', 'Pace'],
  ['pace', 'Pace along the answer'],
  ['filler_count', 'Fillers'],
  ['fillers_per_minute', 'Fillers a minute'],
  ['pauses', 'Long pauses'],
  ['hedges', 'Softening words'],
  ['said_i', '“I” and “we”'],
];

/** What else was measured, and how each figure came about. */
export function HowMeasured({ delivery, calm, off }: Props) {
  const pace = delivery.pace ?? []; // what an older server stored has none
  const absent = new Set([...delivery.withheld.map(({ figure }) => figure), pace.length === 0 ? 'pace' : '']);
  const hows: Record<string, string> = { ...delivery.how };
  const told = TITLES.flatMap(([figure, title]) => {
    const how = hows[figure];
    return how && !off(figure) && !absent.has(figure) ? [{ figure, title, how }] : [];
  });
  if (told.length === 0) return null;
  const { pace_outside: outside, said_i: i, said_we: we } = delivery;
  const line = !calm && !off('pace') && pace.length > 1;
  const persons = !calm && !off('said_i') && i != null && we != null && i + we > 0;
  const elsewhere = new Set([line ? 'pace' : '', persons ? 'said_i' : '']);
  return (
    <details>
      <summary className={styles.opener}>How this was measured</summary>
      <div className={styles.rest}>
        {line ? (
          <section>
            <h4>Pace along the answer</h4>
            <PaceLine windows={pace} outside={outside ?? null} />
            <p>
              {outside
                ? `From ${clock(outside.from_s)} to ${clock(outside.to_s)} it was ${outside.way}, at about ${Math.round(outside.words_per_minute)} words a minute.`
                : 'Nowhere fast or slow for long.'}
            </p>
            <p>{hows.pace}</p>
          </section>
        ) : null}
        {persons ? (
          <section>
            <h4>“I” and “we”</h4>
            <p>
              “I” {often(i)}, “we” {often(we)}. {hows.said_i}
            </p>
          </section>
        ) : null}
        <dl className={styles.hows}>
          {told.filter(({ figure }) => !elsewhere.has(figure)).map(({ title, how }) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd>{how}</dd>
            </div>
          ))}
        </dl>
      </div>
    </details>
  );
}

const often = (count: number) => (count === 0 ? 'not once' : count === 1 ? 'once' : count === 2 ? 'twice' : plural(count, 'time'));
