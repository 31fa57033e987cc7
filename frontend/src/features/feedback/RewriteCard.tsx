import type { Rewrite } from '../../api/types';
import { slots } from '../../text/marks';
import { plural } from '../../text/format';
import styles from './RewriteCard.module.css';

/** A text with its open places marked: what only the candidate knows. */
export function WithSlots({ text }: { text: string }) {
  return (
    <p className={styles.text}>
      {slots(text).map((piece, at) =>
        piece.slot ? (
          <mark key={at} className={styles.slot}>
            <span>add:</span> {piece.text}
          </mark>
        ) : (
          <span key={at}>{piece.text}</span>
        ),
      )}
    </p>
  );
}

/** The candidate's own sentences in a better order; open places are marked, never filled in. */
export function RewriteCard({ rewrite }: { rewrite: Rewrite }) {
  const open = slots(rewrite.text).filter((piece) => piece.slot).length;
  return (
    <div className={styles.card}>
      <WithSlots text={rewrite.text} />
      <p className={styles.note}>
        Your own words, reordered and cleaned.
        {open > 0 ? ` ${plural(open, 'place is', 'places are')} left for you to fill: nothing was made up.` : ' Nothing was added.'}
      </p>
    </div>
  );
}
