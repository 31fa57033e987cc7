import type { Rewrite } from '../../api/types';
import { slots } from '../../text/marks';
import { plural } from '../../text/format';
import styles from './RewriteCard.module.css';

/** The candidate's own sentences in a better order; open places are marked, never filled in. */
export function RewriteCard({ rewrite }: { rewrite: Rewrite }) {
  const pieces = slots(rewrite.text);
  const open = pieces.filter((piece) => piece.slot).length;
  return (
    <div className={styles.card}>
      <p className={styles.text}>
        {pieces.map((piece, at) =>
          piece.slot ? (
            <mark key={at} className={styles.slot}>
              <span>add:</span> {piece.text}
            </mark>
          ) : (
            <span key={at}>{piece.text}</span>
          ),
        )}
      </p>
      <p className={styles.note}>
        Your own words, reordered and cleaned.
        {open > 0 ? ` ${plural(open, 'place is', 'places are')} left for you to fill: nothing was made up.` : ' Nothing was added.'}
      </p>
    </div>
  );
}
