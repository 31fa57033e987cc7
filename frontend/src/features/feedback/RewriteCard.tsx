/** The candidate's own words in a better order; open places stand out. */
import type { Rewrite } from '../../api/types';

export function RewriteCard({ rewrite }: { rewrite: Rewrite }) {
  return (
    <div className="rewrite">
      <h3>In your own words, in order</h3>
      <p>
        {rewrite.text.split(/(\[add: [^\]]*\])/).map((piece, n) =>
          piece.startsWith('[add: ') ? <span className="slot" key={n}>{piece.slice(6, -1)}</span> : piece,
        )}
      </p>
    </div>
  );
}
