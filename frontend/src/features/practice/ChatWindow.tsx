import { ChevronDown } from 'lucide-react';
import type { Citation } from '../../api/types';
import { onlyMeasured } from '../feedback/author';
import { CitedLines } from '../feedback/CitedLine';
import { NotJudged } from '../feedback/NotJudged';
import type { AnswerControls } from './answer-controls';
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
  onGoOn?: (turn: TurnView) => void;
  /** What the coach said of the last answer stands large elsewhere on the page. */
  saidAbove?: boolean;
  answers?: AnswerControls;
  onSource: (citation: Citation, all: Citation[]) => void;
  onRate?: (turn: TurnView, overall: number) => Promise<void>;
}

/** The conversation so far: the newest answer open, those before it folded. */
export function ChatWindow({ sessionId, turns, hideScores, held, caption, onRetry, onSendAgain, onGoOn, saidAbove, answers, onSource, onRate }: Props) {
  const latest = turns.at(-1);
  if (!latest) return null;
  const earlier = turns.slice(0, -1).reverse();
  return (
    <div className={styles.chat}>
      <section aria-label="Your last answer" id="last-answer" tabIndex={-1}>
        <h2 className="visually-hidden">Your last answer</h2>
        {/* The position is the key, with what it corrects or goes on with: a turn has no id before the server has begun it. */}
        <TurnBlock key={`${turns.length} ${latest.corrects ?? latest.continues ?? ''}`} sessionId={sessionId} turn={latest} take={takeNumber(turns, latest)} before={takeBefore(turns, latest)} hideScores={hideScores} held={held} caption={caption} onRetry={onRetry} onSendAgain={onSendAgain} onGoOn={onGoOn} saidAbove={saidAbove} answers={answers} onSource={onSource} onRate={onRate} />
        {latest === turns.find(isMeasured) && !held ? <NotJudged /> : null}
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
              <div className={styles.lines}>
                <CitedLines question={turn.question} onOpen={(line) => onSource(line, [line])} />
              </div>
              <TurnBlock sessionId={sessionId} turn={turn} take={takeNumber(turns, turn)} before={takeBefore(turns, turn)} hideScores={hideScores} held={held} onRetry={turn.turnId ? onRetry : undefined} answers={answers} onSource={onSource} />
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

/** An answer that was measured, and that nobody has judged. */
const isMeasured = ({ feedback }: TurnView): boolean => Boolean(feedback?.scored && feedback.author === 'rules' && onlyMeasured(feedback.scores));

function summaryOf(turn: TurnView, held: boolean): string {
  if (turn.erased) return 'Erased';
  if (turn.feedback?.concern) return 'Not scored, and for you alone';
  if (turn.feedback && !held) return turn.feedback.summary;
  if (turn.phase === 'failed') return 'Did not get through';
  return turn.phase === 'cancelled' ? 'Interrupted' : '';
}
