import type { Delivery } from '../../api/types';
import { clock, figure, heardFillers, words } from '../../text/format';
import { type FigureName, usePreferences } from '../settings/preferences';
import styles from './DeliveryFigures.module.css';
import { HowMeasured } from './HowMeasured';

interface Figure {
  figure: FigureName;
  name: string;
  value: string;
  more?: string;
}

/** How it was said. What could not be measured is named, with the reason, and never guessed. */
export function DeliveryFigures({ delivery }: { delivery: Delivery }) {
  const { hideScores: calm, hiddenFigures } = usePreferences();
  const typed = delivery.talk_time_s == null;
  // Nobody fills a pause in writing: a count of zero would look like a result.
  const off = (measured: string) => hiddenFigures.some((name) => name === FIGURE_OF[measured]) || (typed && measured === 'filler_count');
  const figures = (calm ? wordsFor(delivery) : figuresOf(delivery)).filter((found) => !hiddenFigures.includes(found.figure));
  const reasons = new Map<string, string[]>();
  for (const { figure: name, why } of delivery.withheld.filter((held) => !off(held.figure))) {
    const called = typed && name === 'fillers_per_minute' ? 'fillers' : (NAMES[name] ?? words(name).toLowerCase());
    reasons.set(why, [...(reasons.get(why) ?? []), called]);
  }
  return (
    <div>
      <dl className={styles.figures}>
        {figures.map(({ name, value, more }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {value}
              {more ? <span> {more}</span> : null}
            </dd>
          </div>
        ))}
      </dl>
      {[...reasons].map(([why, names]) => (
        <p key={why} className={styles.withheld}>
          Not measured: {names.join(', ')}. {why}
        </p>
      ))}
      <HowMeasured delivery={delivery} calm={calm} off={off} />
    </div>
  );
}

const NAMES: Record<string, string> = {
  words_per_minute: 'pace',
  filler_count: 'fillers',
  fillers_per_minute: 'fillers a minute',
  hesitations: 'drawn-out sounds',
  pauses: 'pauses',
  talk_time_s: 'talking time',
  word_variety: 'different words',
};

function figuresOf(delivery: Delivery): Figure[] {
  const found: Figure[] = [];
  if (delivery.talk_time_s != null) found.push({ figure: 'talking', name: 'Talking', value: clock(delivery.talk_time_s) });
  if (delivery.word_count != null) found.push({ figure: 'words', name: 'Words', value: String(delivery.word_count) });
  if (delivery.word_variety != null) found.push({ figure: 'words', name: 'Different words', value: `${Math.round(delivery.word_variety * 100)}%` });
  if (delivery.words_per_minute != null) found.push({ figure: 'pace', name: 'Pace', value: figure(Math.round(delivery.words_per_minute)), more: 'words/min' });
  if (delivery.filler_count != null && delivery.talk_time_s != null) {
    const rate = delivery.fillers_per_minute;
    found.push({ figure: 'fillers', name: 'Fillers', value: heardFillers(delivery.filler_count), ...(rate ? { more: `${figure(rate)}/min` } : {}) });
  }
  if (delivery.pauses) {
    const { count, longest_s: longest } = delivery.pauses;
    found.push({ figure: 'pauses', name: 'Long pauses', value: String(count), ...(count > 0 ? { more: `longest ${figure(longest)} s` } : {}) });
  }
  return found;
}

const FIGURE_OF: Record<string, FigureName> = {
  words_per_minute: 'pace',
  filler_count: 'fillers',
  fillers_per_minute: 'fillers',
  pauses: 'pauses',
  talk_time_s: 'talking',
  word_count: 'words',
  word_variety: 'words',
  pace: 'pace',
  said_i: 'i_we',
};

/** The same without numbers; the bounds are those of the comments on delivery. */
function wordsFor(delivery: Delivery): Figure[] {
  const found: Figure[] = [];
  const { words_per_minute: pace, fillers_per_minute: fillers, pauses } = delivery;
  // Too short for windows, only a pace inside the band can be told without a number.
  const easy = (delivery.pace ?? []).length > 0 || (pace != null && pace >= 110 && pace <= 190);
  if (pace != null && (delivery.pace_outside || easy)) found.push({ figure: 'pace', name: 'Pace', value: delivery.pace_outside ? `${delivery.pace_outside.way} for a while` : 'easy to follow' });
  if (fillers != null) found.push({ figure: 'fillers', name: 'Fillers', value: fillers <= 5 ? 'few' : fillers < 12 ? 'some' : 'many' });
  if (pauses) found.push({ figure: 'pauses', name: 'Long pauses', value: pauses.count === 0 ? 'none' : pauses.count < 3 ? 'a few' : 'several' });
  return found;
}
