import { CircleCheck, Dumbbell, Wrench } from 'lucide-react';
import { type ReactNode, useContext, useId, useState } from 'react';
import type { Citation, Feedback, Objection, Point } from '../../api/types';
import { inSeries, plural } from '../../text/format';
import { announce } from '../../ui/announce';
import { Captioned } from '../../ui/Captioned';
import { AuthorOfServer, writtenBy } from './author';
import { Changes } from './Changes';
import { CitationChips } from './CitationChip';
import { ConcernNote } from './ConcernNote';
import { CorrectionList } from './CorrectionList';
import { ErrorList } from './ErrorList';
import styles from './FeedbackPanel.module.css';
import { GateLine } from './GateLine';
import { Objectable, type ObjectionControls } from './Objectable';
import { isObjected, type ObjectedPoint, placeOf, pointAt } from './objections';
import { RewriteCard } from './RewriteCard';
import { ScoreRow } from './ScoreRow';
import { SelfCheck } from './SelfCheck';
import type { TickControls } from './use-ticks';

interface Props {
  /** What has streamed so far. */
  text: string;
  feedback: Feedback | null;
  /** Whether more is to come. */
  running: boolean;
  cutShort?: boolean;
  hideScores: boolean;
  /** What the coach is saying right now: its sentence is marked. */
  caption?: string;
  /** Whether this came later, in place of what was here. */
  revised?: boolean;
  /** The model that wrote it, where one did. */
  model?: string;
  objections?: readonly Objection[];
  /** Absent where nobody can tick. */
  ticks?: TickControls;
  onCite: (citation: Citation) => void;
  onSources: (citations: Citation[]) => void;
  /** Absent where nobody can answer back. */
  onObject?: (point: ObjectedPoint, why: string) => Promise<void>;
}

/** What the coach says: one strength, one fix, one drill; everything else on request. */
export function FeedbackPanel({ text, feedback, running, cutShort = false, caption = '', revised = false, objections = [], onObject, ...rest }: Props) {
  const id = useId();
  // Whoever is writing about a point keeps the card with that point until it is sent.
  const [writing, setWriting] = useState<{ about: ObjectedPoint; on: Feedback } | null>(null);
  const shown = writing?.on ?? feedback;

  const controlsOf = (about: ObjectedPoint): ObjectionControls | null =>
    onObject && shown
      ? {
          noted: isObjected(objections, about),
          open: writing?.about.point === about.point && writing.about.text === about.text,
          onOpen: () => setWriting({ about, on: shown }),
          onClose: () => setWriting(null),
          onSend: async (why) => {
            const now = feedback && placeOf(about, feedback);
            if (now) await onObject(now, why);
            else announce('Newer notes have taken the place of this point.');
            setWriting(null);
          },
        }
      : null;

  return (
    <section className={styles.panel} aria-labelledby={id} aria-busy={running && !feedback}>
      <header className={styles.header}>
        <h3 id={id}>Coach</h3>
        {revised && shown === feedback ? <span>More notes came in</span> : null}
      </header>
      {shown ? (
        <Final feedback={shown} caption={caption} controlsOf={controlsOf} {...rest} />
      ) : (
        <p className={styles.streaming}>
          {text ? <Captioned text={text} caption={caption} /> : (running ? <span className={styles.waiting}>Reading your answer…</span> : 'The coach did not get to speak.')}
          {cutShort && text ? <span className={styles.cut}> (interrupted)</span> : null}
        </p>
      )}
    </section>
  );
}

const NO_TICKS: TickControls = { check: null, state: 'kept', problem: null };

type Shared = Pick<Props, 'hideScores' | 'model' | 'ticks' | 'onCite' | 'onSources'>;

interface FinalProps extends Shared {
  feedback: Feedback;
  caption: string;
  controlsOf: (point: ObjectedPoint) => ObjectionControls | null;
}

function Final(props: FinalProps) {
  const { feedback, caption, model, ticks = NO_TICKS, onCite } = props;
  const author = writtenBy(feedback.author, model, useContext(AuthorOfServer));
  const check = feedback.reference ? <SelfCheck reference={feedback.reference} ticks={ticks} onCite={onCite} /> : null;
  if (feedback.concern) return <ConcernNote concern={feedback.concern} caption={caption} />;
  return (
    <>
      {feedback.scored ? <Scored {...props} check={check} /> : <Unscored {...props} />}
      {feedback.scored ? null : check}
      {author ? <p className={styles.author}>{author}</p> : null}
    </>
  );
}

/** Answers that are none, after which the next question comes. */
const MOVES_ON = ['skip', 'refusal'];

function Unscored({ feedback, caption, onCite }: FinalProps) {
  const { corrections, citations, intent } = feedback;
  return (
    <div className={styles.unscored}>
      <p className={styles.summary}>
        <Captioned text={feedback.summary || (feedback.not_scored_because ?? '')} caption={caption} />
      </p>
      {intent ? <p>This one does not count.{MOVES_ON.includes(intent) ? '' : ' The question is still yours.'}</p> : null}
      {corrections && corrections.items.length > 0 ? <CorrectionList corrections={corrections} citations={citations} onCite={onCite} /> : null}
    </div>
  );
}

function Scored(props: FinalProps & { check: ReactNode }) {
  const { check, feedback, hideScores, caption, controlsOf, onCite } = props;
  const { drill, citations, corrections } = feedback;
  const [strength, ...strengths] = placed('strengths', feedback.strengths);
  const [gap, ...gaps] = placed('gaps', feedback.gaps).filter((one) => !isCorrection(one, feedback));
  const point = (one: Placed) => (
    <Objectable key={one.text} text={one.text} controls={controlsOf(one.place)}>
      <Captioned text={one.text} caption={caption} /> <CitationChips ids={one.citations} citations={citations} onOpen={onCite} />
    </Objectable>
  );
  return (
    <>
      {feedback.summary ? (
        <p className={styles.summary}>
          <Captioned text={feedback.summary} caption={caption} />
        </p>
      ) : null}
      <ErrorList
        errors={feedback.errors.filter((error) => !corrections?.items.some((item) => item.quote === error.quote))}
        citations={citations}
        onCite={onCite}
        after={(error) => <Objectable text={error.correction} controls={controlsOf(pointAt('errors', feedback.errors.indexOf(error), error.correction))} />}
      />
      {corrections ? <CorrectionList corrections={corrections} citations={citations} onCite={onCite} /> : null}
      {feedback.gate ? <GateLine gate={feedback.gate} /> : null}
      {feedback.compared && feedback.compared.changes.length > 0 ? <Changes changes={feedback.compared.changes} calm={hideScores} /> : null}
      {feedback.author === 'rules' ? check : null}
      {strength || gap || drill ? (
        <ul className={styles.trio}>
          {strength ? (
            <First icon={<CircleCheck aria-hidden="true" />} title="Keep">
              {point(strength)}
            </First>
          ) : null}
          {gap ? (
            <First icon={<Wrench aria-hidden="true" />} title="Fix first">
              {point(gap)}
            </First>
          ) : null}
          {drill ? (
            <First icon={<Dumbbell aria-hidden="true" />} title={`Drill: ${drill.title}`}>
              {drill.instruction}
            </First>
          ) : null}
        </ul>
      ) : null}
      <Rest {...props} strengths={strengths} gaps={gaps} point={point} />
      {feedback.author === 'rules' ? null : check}
    </>
  );
}

interface RestProps extends FinalProps {
  strengths: Placed[];
  gaps: Placed[];
  point: (point: Placed) => ReactNode;
}

/** What is folded until somebody asks for it; nothing where there is nothing. */
function Rest({ feedback, hideScores, strengths, gaps, point, onSources }: RestProps) {
  const { citations, rewrite, withheld } = feedback;
  const scores = hideScores ? [] : Object.entries(feedback.scores);
  const named = [
    scores.length > 0 ? 'scores' : '',
    rewrite.text ? 'rewrite' : '',
    scores.length === 0 && strengths.length + gaps.length > 0 ? 'more points' : '',
    citations.length > 0 ? 'sources' : '',
  ].filter(Boolean);
  if (named.length === 0 && withheld === 0) return null;
  return (
    <details>
      <summary className={styles.opener}>{inSeries(named) || 'What was held back'}</summary>
      <div className={styles.rest}>
        <MorePoints title="Also good" points={strengths} render={point} />
        <MorePoints title="Also to work on" points={gaps} render={point} />
        {rewrite.text ? (
          <section>
            <h4>Your answer, rearranged</h4>
            <RewriteCard rewrite={rewrite} />
          </section>
        ) : null}
        {scores.length > 0 ? (
          <section>
            <h4>Scores</h4>
            <ul className={styles.scores}>
              {scores.map(([name, score]) => (
                <ScoreRow key={name} name={name} {...score} />
              ))}
            </ul>
          </section>
        ) : null}
        {citations.length > 0 ? (
          <section>
            <h4>Sources</h4>
            <button type="button" className={styles.sources} onClick={() => onSources(citations)}>
              See all {plural(citations.length, 'quoted place')}
            </button>
          </section>
        ) : null}
        {withheld > 0 ? (
          <p className={styles.withheld}>
            {plural(withheld, 'sentence was', 'sentences were')} held back: nothing in your answer or documents bears
            {withheld === 1 ? ' it' : ' them'} out.
          </p>
        ) : null}
      </div>
    </details>
  );
}

/** A point and its place among its like on the wire, whatever is shown of them. */
interface Placed extends Point {
  place: ObjectedPoint;
}

const placed = (list: 'strengths' | 'gaps', points: Point[]): Placed[] => points.map((one, at) => ({ ...one, place: pointAt(list, at, one.text) }));

/** A gap that is shown as a correction already. */
const isCorrection = (gap: Point, { corrections }: Feedback): boolean =>
  gap.citations.some((id) => corrections?.items.some((item) => item.citation === id));

function First({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <li>
      {icon}
      <div>
        <h4>{title}</h4>
        <div className={styles.said}>{children}</div>
      </div>
    </li>
  );
}

function MorePoints({ title, points, render }: { title: string; points: Placed[]; render: (point: Placed) => ReactNode }) {
  if (points.length === 0) return null;
  return (
    <section>
      <h4>{title}</h4>
      <ul className={styles.points}>
        {points.map((p) => (
          <li key={p.text}>{render(p)}</li>
        ))}
      </ul>
    </section>
  );
}
