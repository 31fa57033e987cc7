import type { StarSpan } from '../../api/types';
import { clock, words } from '../../text/format';
import styles from './StoryAxis.module.css';

interface Props {
  spans: readonly StarSpan[];
  /** Characters of the answer. */
  length: number;
  /** How long it took; absent for what was typed. */
  seconds?: number | null;
  /** When each word was said. */
  said?: readonly { start_s: number; end_s: number }[];
  /** The span whose words are marked. */
  shown?: StarSpan | null;
  onShow?: (span: StarSpan | null) => void;
  /** Whether choosing a span plays it. */
  plays?: boolean;
}

/** Where in the answer each part of the story was told: along its time, or along its text where it was typed. */
export function StoryAxis({ spans, length, seconds, said = [], shown = null, onShow, plays = false }: Props) {
  const timed = Boolean(seconds) && spans.every((span) => span.start_s != null && span.end_s != null);
  const whole = timed ? Number(seconds) : length;
  if (spans.length === 0 || whole <= 0) return null;
  const along = (from: number, to: number) => ({ left: `${(100 * from) / whole}%`, width: `${(100 * (to - from)) / whole}%` });
  return (
    <figure className={styles.axis}>
      <div className={styles.track} data-timed={timed || undefined}>
        {timed ? said.map((word) => <i key={word.start_s} aria-hidden="true" style={along(word.start_s, word.end_s)} />) : null}
        <ul aria-label="Where each part was told">
          {spans.map((span) => {
            const [from, to] = timed ? [span.start_s ?? 0, span.end_s ?? 0] : [span.char_start, span.char_end];
            const name = timed ? `${words(span.part)}, ${clock(from)} to ${clock(to)}` : words(span.part);
            const letter = <b aria-hidden="true">{span.part.charAt(0).toUpperCase()}</b>;
            return (
              <li key={span.char_start} data-part={span.part} style={along(from, to)} title={name}>
                {onShow ? (
                  <button type="button" aria-label={plays ? `${name}: hear it` : name} aria-pressed={shown?.char_start === span.char_start} onClick={() => onShow(shown?.char_start === span.char_start ? null : span)}>
                    {letter}
                  </button>
                ) : (
                  <span role="img" aria-label={name}>
                    {letter}
                  </span>
                )}
              </li>
            );
          })}
        </ul>
      </div>
      {timed ? (
        <div className={styles.times} aria-hidden="true">
          <span>0:00</span>
          <span>{clock(whole / 2)}</span>
          <span>{clock(whole)}</span>
        </div>
      ) : null}
    </figure>
  );
}
