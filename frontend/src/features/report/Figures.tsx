import { type Report, STAR_PARTS } from '../../api/types';
import { clock, figure, heardFillers, percent, plural, words } from '../../text/format';
import { type FigureName, usePreferences } from '../settings/preferences';
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

/** How the candidate rated the answers, beside the scores. */
export function SelfRatings({ rated, calm }: { rated: NonNullable<Report['self_rating']>; calm: boolean }) {
  const { difference } = rated;
  return (
    <section>
      <h2>How you saw it</h2>
      {calm ? null : (
        <dl className={styles.figures}>
          <div>
            <dt>You</dt>
            <dd>{figure(rated.self_rating)}</dd>
          </div>
          <div>
            <dt>Scores</dt>
            <dd>{figure(rated.measured)}</dd>
          </div>
        </dl>
      )}
      <p className={styles.note}>
        {Math.abs(difference) < 0.5
          ? 'You see your answers much as the criteria do.'
          : difference > 0
            ? 'You rate your answers higher than the criteria do: look at what they ask for.'
            : 'You rate your answers lower than the criteria do: they are better than you think.'}
      </p>
    </section>
  );
}

/** The points that the candidate found in their own answers. */
export function OwnCheck({ checked }: { checked: NonNullable<Report['self_check']> }) {
  return (
    <section>
      <h2>Your own check</h2>
      <p className={styles.note}>
        You ticked {checked.ticked} of {plural(checked.of, 'point')}.
      </p>
      <dl className={styles.ticked}>
        {checked.answers.map((answer) => (
          <div key={answer.turn_id}>
            <dt>{answer.question}</dt>
            <dd>
              {answer.ticked} of {answer.of}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const FIGURES: [FigureName, string, string, (value: number) => string][] = [
  ['talking', 'talk_time_s', 'Talking', clock],
  ['words', 'word_count', 'Words', (value) => value.toLocaleString('en')],
  ['words', 'word_variety', 'Different words', (value) => `${Math.round(value * 100)}%`],
  ['pace', 'words_per_minute', 'Words a minute', (value) => figure(Math.round(value))],
  ['fillers', 'filler_count', 'Fillers', heardFillers],
  ['fillers', 'fillers_per_minute', 'Fillers a minute', figure],
  ['pauses', 'long_pauses', 'Long pauses', figure],
];

export function Delivery({ delivery }: { delivery: Report['delivery'] }) {
  const { hiddenFigures } = usePreferences();
  const spoken = typeof delivery.talk_time_s === 'number';
  const found = FIGURES.flatMap(([figureName, key, name, show]) => {
    // Nobody fills a pause in writing: a zero would look like a result.
    const measured = !hiddenFigures.includes(figureName) && (spoken || figureName !== 'fillers');
    const value = measured ? delivery[key] : null;
    return typeof value === 'number' && (value > 0 || key !== 'fillers_per_minute') ? [{ name, value: show(value) }] : [];
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
