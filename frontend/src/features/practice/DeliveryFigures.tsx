import type { Delivery } from '../../api/types';
import { clock, figure, words } from '../../text/format';
import styles from './DeliveryFigures.module.css';

interface Figure {
  name: string;
  value: string;
  more?: string;
}

/** How it was said. What could not be measured is named, with the reason, and never guessed. */
export function DeliveryFigures({ delivery }: { delivery: Delivery }) {
  const reasons = new Map<string, string[]>();
  for (const { figure: name, why } of delivery.withheld) reasons.set(why, [...(reasons.get(why) ?? []), NAMES[name] ?? words(name).toLowerCase()]);
  return (
    <div>
      <dl className={styles.figures}>
        {figuresOf(delivery).map(({ name, value, more }) => (
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
    </div>
  );
}

const NAMES: Record<string, string> = {
  words_per_minute: 'pace',
  filler_count: 'fillers',
  fillers_per_minute: 'fillers a minute',
  pauses: 'pauses',
  talk_time_s: 'talking time',
};

function figuresOf(delivery: Delivery): Figure[] {
  const found: Figure[] = [];
  if (delivery.talk_time_s != null) found.push({ name: 'Talking', value: clock(delivery.talk_time_s) });
  if (delivery.word_count != null) found.push({ name: 'Words', value: String(delivery.word_count) });
  if (delivery.words_per_minute != null) found.push({ name: 'Pace', value: figure(Math.round(delivery.words_per_minute)), more: 'words/min' });
  if (delivery.filler_count != null) {
    const rate = delivery.fillers_per_minute;
    found.push({ name: 'Fillers', value: String(delivery.filler_count), ...(rate ? { more: `${figure(rate)}/min` } : {}) });
  }
  if (delivery.pauses) {
    const { count, longest_s: longest } = delivery.pauses;
    found.push({ name: 'Long pauses', value: String(count), ...(count > 0 ? { more: `longest ${figure(longest)} s` } : {}) });
  }
  return found;
}
