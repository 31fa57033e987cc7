import { type Report, STAR_PARTS } from '../../api/types';
import { clock, figure, percent, words } from '../../text/format';
import styles from './ReportPage.module.css';

/** In how many of the stories each part could be heard. */
export function Coverage({ coverage }: { coverage: Report['star_coverage'] }) {
  if (!STAR_PARTS.some((part) => (coverage[part] ?? 0) > 0)) return null;
  return (
    <section>
      <h2>Your stories</h2>
      <p className={styles.note}>How many of them told each part.</p>
      <dl className={styles.coverage}>
        {STAR_PARTS.map((part) => {
          const share = coverage[part] ?? 0;
          return (
            <div key={part}>
              <dt>{words(part)}</dt>
              <dd>
                <span className={styles.bar} aria-hidden="true">
                  <span style={{ transform: `scaleX(${share})` }} />
                </span>
                {percent(share)}
              </dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}

const FIGURES: [string, string, (value: number) => string][] = [
  ['talk_time_s', 'Talking', clock],
  ['word_count', 'Words', (value) => value.toLocaleString('en')],
  ['words_per_minute', 'Words a minute', (value) => figure(Math.round(value))],
  ['filler_count', 'Fillers', figure],
  ['fillers_per_minute', 'Fillers a minute', figure],
  ['long_pauses', 'Long pauses', figure],
];

export function Delivery({ delivery }: { delivery: Report['delivery'] }) {
  const found = FIGURES.flatMap(([key, name, show]) => {
    const value = delivery[key];
    return typeof value === 'number' ? [{ name, value: show(value) }] : [];
  });
  const note = delivery.note;
  if (found.length === 0 && !note) return null;
  return (
    <section>
      <h2>Delivery</h2>
      <dl className={styles.figures}>
        {found.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {typeof note === 'string' ? <p className={styles.note}>{note}</p> : null}
    </section>
  );
}
