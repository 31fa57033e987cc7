import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { Citation, StarPart, StarSpan } from '../../api/types';
import { lengthOf } from '../../text/code-points';
import { saidAt } from '../../text/said-at';
import { Button } from '../../ui/Button';
import { Message } from '../../ui/Message';
import { RatedMyself, RateMyself } from '../feedback/RateMyself';
import { FeedbackPanel } from '../feedback/FeedbackPanel';
import { useTicks } from '../feedback/use-ticks';
import { KeepStory } from '../stories/KeepStory';
import type { AnswerControls } from './answer-controls';
import { AnswerText } from './AnswerText';
import { DeliveryFigures } from './DeliveryFigures';
import { ErasedAnswer } from './ErasedAnswer';
import { StarMeter } from './StarMeter';
import { StoryAxis } from './StoryAxis';
import { TakeSound } from './TakeSound';
import { isOver, type TurnView } from './turn-machine';
import { useRating } from './use-rating';
import { useTakeSound } from './use-take-sound';
import { WordChanges } from './WordChanges';
import styles from './TurnBlock.module.css';

interface Props {
  sessionId: string;
  turn: TurnView;
  take: number;
  /** What was said in the take before this one. */
  before?: string | null;
  hideScores: boolean;
  /** Feedback waits for the report. */
  held?: boolean;
  caption?: string;
  /** Absent where the question can no longer be answered again. */
  onRetry?: (turn: TurnView) => void;
  onSendAgain?: () => void;
  /** Goes on with an answer that ended too soon; absent where that cannot be. */
  onGoOn?: (turn: TurnView) => void;
  /** What the coach said of something weighty stands large elsewhere on the page. */
  saidAbove?: boolean;
  /** What can be done about the answer; absent where nothing can. */
  answers?: AnswerControls;
  onSource: (citation: Citation, all: Citation[]) => void;
  /** Keeps how the candidate rates the answer. Given where that comes before the feedback. */
  onRate?: (turn: TurnView, overall: number) => Promise<void>;
}

/** One answer: what was heard, what it was made of, and what the coach says about it. */
export function TurnBlock({ sessionId, turn, take, before = null, hideScores, held = false, caption = '', onRetry, onSendAgain, onGoOn, saidAbove = false, answers, onSource, onRate }: Props) {
  const [quoted, setQuoted] = useState<Citation | null>(null);
  const [part, setPart] = useState<StarPart | null>(null);
  const [span, setSpan] = useState<StarSpan | null>(null);
  const [wasThere] = useState(!turn.erased);
  const over = isOver(turn);
  const { turnId } = turn;
  const sound = useTakeSound(turnId);
  const rating = useRating(turn, onRate);
  const ticks = useTicks(sessionId, turnId, turn.selfCheck);
  const concern = turn.feedback?.concern ?? null;
  // Something that matters more than a score waits for nothing, and stands alone.
  const waits = !concern && (held || rating.waits);
  // Nor is anything measured of what was no answer.
  const measured = !concern && !waits && !turn.feedback?.intent;
  const mark = (marked: { quoted?: Citation; part?: StarPart | null; span?: StarSpan | null }) => {
    setQuoted(marked.quoted ?? null);
    setPart(marked.part ?? null);
    setSpan(marked.span ?? null);
  };
  const showQuote = (citation: Citation) => mark({ quoted: { ...citation } }); // a new object, so that the same chip brings the place into view again
  const showSpan = (next: StarSpan | null) => {
    mark({ span: next });
    const stretch = next && turn.transcript ? saidAt(turn.transcript, next) : null;
    if (stretch) sound.play(stretch);
    else sound.stop();
  };
  const cite = (citation: Citation) => {
    if (citation.source === 'answer' && turn.transcript) showQuote(citation);
    else onSource(citation, documentsOf(turn));
  };
  const quotes = part ? (turn.star?.[part].evidence ?? []) : [span ?? quoted].filter((place) => place !== null);

  if (turn.erased) return <ErasedAnswer justNow={wasThere} />;

  return (
    <article className={styles.turn} aria-label={`Answer ${turn.question.number}${take > 1 ? `, take ${take}` : ''}`}>
      <section className={styles.answer}>
        <header>
          <h3>{take > 1 ? `Your answer, take ${take}` : 'Your answer'}</h3>
          <span className={styles.acts}>
            {turnId && turn.transcript ? (
              <TakeSound sound={sound} part={quotes[0] ? saidAt(turn.transcript, quotes[0]) : null} />
            ) : null}
            {turn.transcript && onRetry && !concern ? (
              <Button look="quiet" icon={<RotateCcw aria-hidden="true" />} onClick={() => onRetry(turn)}>
                {turn.spoken ? 'Record again' : 'Answer again'}
              </Button>
            ) : null}
          </span>
        </header>
        {turn.transcript ? (
          <AnswerText turn={turn} transcript={turn.transcript} quotes={quotes} answers={answers} onGoOn={onGoOn && turnId && !concern ? () => onGoOn(turn) : undefined} />
        ) : (
          <p className={styles.pending}>{turn.partial || (over ? 'Nothing was heard.' : turn.spoken ? 'Turning your answer into text…' : 'Reading…')}</p>
        )}
        {before && turn.transcript && !concern ? <WordChanges before={before} now={turn.transcript.text} /> : null}
        {turn.star && measured ? (
          <StarMeter star={turn.star} shown={part} calm={hideScores} onShow={(next) => mark({ part: next })}>
            <StoryAxis
              spans={turn.star.spans}
              length={lengthOf(turn.transcript?.text ?? '')}
              seconds={turn.transcript?.duration_s}
              said={turn.transcript?.words}
              shown={span}
              onShow={showSpan}
              plays={sound.there}
            />
          </StarMeter>
        ) : null}
        {turn.delivery && measured ? <DeliveryFigures delivery={turn.delivery} /> : null}
      </section>

      {turn.error ? (
        <Message tone="error" alert title="This answer did not get through" actions={onSendAgain ? <Button onClick={onSendAgain}>Send it again</Button> : null}>
          <p>{turn.error.message_safe}</p>
          {turn.error.retryable ? null : <p>You can record it again, or type it.</p>}
        </Message>
      ) : null}

      {held && !concern && turn.transcript && !turn.error ? <p className={styles.pending}>Noted. How it was stands in the report.</p> : null}
      {waits && !held ? <RateMyself onRate={rating.rate} onSkip={rating.skip} /> : null}
      {measured && rating.own !== null && turn.feedback ? <RatedMyself own={rating.own} feedback={turn.feedback} calm={hideScores} /> : null}
      {!waits && !(concern && saidAbove) && turn.transcript && (!turn.error || turn.feedback) ? (
        <FeedbackPanel
          text={turn.feedbackText}
          feedback={turn.feedback}
          running={!over}
          cutShort={turn.phase === 'cancelled'}
          hideScores={hideScores}
          caption={caption}
          revised={turn.revisions > 0}
          model={turn.versions.model}
          objections={turn.objections}
          ticks={answers ? ticks : undefined}
          onObject={turnId && answers && over ? (point, why) => answers.object(turnId, point, why) : undefined}
          onCite={cite}
          onSources={(all) => all[0] && onSource(all[0], all)}
        />
      ) : null}
      {over && turnId && turn.transcript && turn.feedback?.scored && measured ? (
        <div className={styles.keep}>
          <KeepStory sessionId={sessionId} turnId={turnId} answer={turn.transcript.text} competency={turn.question.competency} rewrite={turn.feedback.rewrite.text} />
        </div>
      ) : null}
      {turn.phase === 'cancelled' && !turn.transcript ? <p className={styles.pending}>You stopped this one. The question still waits.</p> : null}

      {turn.notices.length > 0 ? (
        <ul className={styles.notices} aria-label="Notes about this answer">
          {turn.notices.map((notice) => (
            <li key={notice.code}>{notice.message}</li>
          ))}
        </ul>
      ) : null}
    </article>
  );
}

const documentsOf = (turn: TurnView) => {
  const all = turn.feedback?.citations ?? turn.context;
  return all.filter((citation) => citation.source !== 'answer');
};
