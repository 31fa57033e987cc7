/** What has been asked and answered before in this interview. */
import type { StoredTurn } from '../../api/types';

export function ChatWindow({ turns }: { turns: StoredTurn[] }) {
  const told = turns.filter((t) => t.transcript?.text);
  if (told.length === 0) return null;
  return (
    <details className="card history">
      <summary>Earlier in this interview ({told.length})</summary>
      <ol>
        {told.map((turn) => (
          <li key={turn.turn_id}>
            <p className="asked">{turn.question.text}</p>
            <p className="said">{turn.transcript?.text}</p>
            {turn.feedback && <p className="muted small">{turn.feedback.summary}</p>}
          </li>
        ))}
      </ol>
    </details>
  );
}
