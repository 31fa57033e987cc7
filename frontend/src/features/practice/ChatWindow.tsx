import { ChevronDown } from 'lucide-react';
import type { Citation } from '../../api/types';
import styles from './ChatWindow.module.css';
import { takeNumber } from './room-machine';
import { TurnBlock } from './TurnBlock';
import type { TurnView } from './turn-machine';

interface Props {
  sessionId: string;
  turns: TurnView[];
  hideScores: boolean;
  /** Feedback waits for the report. */
  held: boolean;
  /** What the coach is saying right now. */
  caption: string;
  onRetry?: (turn: TurnView) => void;
  onSendAgain?: () => void;
  onSource: (citation: Citation, all: Citation[]) => void;
  onRate?: (turn: TurnView, overall: number) => Promise<void>;
}

/** The conversation so far: the newest answer open, those before it folded. */
export function ChatWindow({ sessionId, turns, hideScores, held, caption, onRetry, onSendAgain, onSource, onRate }: Props) {
  const latest = turns.at(-1);
  if (!latest) return null;
  const earlier = turns.slice(0, -1).reverse();
  return (
    <div className={styles.chat}>
      <section aria-label="Your last answer" id="last-answer">
        <h2 className="visually-hidden">Your last answer</h2>
        {/* The position is the key: a turn has no id before the server has begun it. */}
        <TurnBlock key={turns.length} sessionId={sessionId} turn={latest} take={takeNumber(turns, latest)} before={takeBefore(turns, latest)} hideScores={hideScores} held={held} caption={caption} onRetry={onRetry} onSendAgain={onSendAgain} onSource={onSource} onRate={onRate} />
      </section>
      {earlier.length > 0 ? (
        <section className={styles.earlier} aria-label="Earlier answers">
          <h2>Earlier answers</h2>
          {earlier.map((turn, at) => (
            <details key={turns.length - 1 - at}>
              <summary>
                <span>
                  <span className={styles.question}>{turn.question.text}</span>
                  <span className={styles.summary}>{summaryOf(turn, held)}</span>
                </span>
                <ChevronDown aria-hidden="true" />
              </summary>
              <TurnBlock sessionId={sessionId} turn={turn} take={takeNumber(turns, turn)} before={takeBefore(turns, turn)} hideScores={hideScores} held={held} onRetry={turn.turnId ? onRetry : undefined} onSource={onSource} />
            </details>
          ))}
        </section>
      ) : null}
    </div>
  );
}

/** The text of the take that this one repeats. */
const takeBefore = (turns: TurnView[], turn: TurnView): string | null =>
  (turn.retryOf && turns.find((other) => other.turnId === turn.retryOf)?.transcript?.text) || null;

function summaryOf(turn: TurnView, held: boolean): string {
  if (turn.feedback && !held) return turn.feedback.summary;
  if (turn.phase === 'failed') return 'Did not get through';
  return turn.phase === 'cancelled' ? 'Interrupted' : '';
}
