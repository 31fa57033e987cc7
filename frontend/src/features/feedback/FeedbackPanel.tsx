import { CircleCheck, Dumbbell, Wrench } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import type { Citation, Feedback, Point } from '../../api/types';
import { plural } from '../../text/format';
import { Captioned } from '../../ui/Captioned';
import { Changes } from './Changes';
import { CitationChips } from './CitationChip';
import { CorrectionList } from './CorrectionList';
import styles from './FeedbackPanel.module.css';
import { GateLine } from './GateLine';
import { RewriteCard } from './RewriteCard';
import { ScoreRow } from './ScoreRow';

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
  onCite: (citation: Citation) => void;
  onSources: (citations: Citation[]) => void;
}

/** What the coach says: one strength, one fix, one drill; everything else on request. */
export function FeedbackPanel({ text, feedback, running, cutShort = false, hideScores, caption = '', onCite, onSources }: Props) {
  const id = useId();
  return (
    <section className={styles.panel} aria-labelledby={id} aria-busy={running && !feedback}>
      <h3 id={id}>Coach</h3>
      {feedback ? (
        <Final feedback={feedback} hideScores={hideScores} caption={caption} onCite={onCite} onSources={onSources} />
      ) : (
        <p className={styles.streaming}>
          {text ? <Captioned text={text} caption={caption} /> : (running ? <span className={styles.waiting}>Reading your answer…</span> : 'The coach did not get to speak.')}
          {cutShort && text ? <span className={styles.cut}> (interrupted)</span> : null}
        </p>
      )}
    </section>
  );
}

type FinalProps = Required<Pick<Props, 'hideScores' | 'caption' | 'onCite' | 'onSources'>> & { feedback: Feedback };

function Final({ feedback, hideScores, caption, onCite, onSources }: FinalProps) {
  const [strength, ...strengths] = feedback.strengths;
  const [gap, ...gaps] = withoutCorrections(feedback);
  const { drill, citations } = feedback;
  const point = (p: Point) => (
    <>
      <Captioned text={p.text} caption={caption} /> <CitationChips ids={p.citations} citations={citations} onOpen={onCite} />
    </>
  );
  const { corrections } = feedback;
  const slips = corrections ? <CorrectionList corrections={corrections} citations={citations} onCite={onCite} /> : null;
  if (!feedback.scored) {
    return (
      <div className={styles.unscored}>
        <p className={styles.summary}>
          <Captioned text={feedback.summary || (feedback.not_scored_because ?? '')} caption={caption} />
        </p>
        <p>This one does not count. The question is still yours.</p>
        {corrections && corrections.items.length > 0 ? slips : null}
      </div>
    );
  }
  return (
    <>
      <p className={styles.summary}>
        <Captioned text={feedback.summary} caption={caption} />
      </p>
      {slips}
      {feedback.gate ? <GateLine gate={feedback.gate} /> : null}
      {feedback.compared && feedback.compared.changes.length > 0 ? <Changes changes={feedback.compared.changes} calm={hideScores} /> : null}
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
      <details>
        <summary className={styles.opener}>{hideScores ? 'Rewrite, more points and sources' : 'Scores, rewrite and sources'}</summary>
        <div className={styles.rest}>
          <MorePoints title="Also good" points={strengths} render={point} />
          <MorePoints title="Also to work on" points={gaps} render={point} />
          {feedback.rewrite.text ? (
            <section>
              <h4>Your answer, rearranged</h4>
              <RewriteCard rewrite={feedback.rewrite} />
            </section>
          ) : null}
          {hideScores ? null : (
            <section>
              <h4>Scores</h4>
              <ul className={styles.scores}>
                {Object.entries(feedback.scores).map(([name, score]) => (
                  <ScoreRow key={name} name={name} {...score} />
                ))}
              </ul>
            </section>
          )}
          {citations.length > 0 ? (
            <section>
              <h4>Sources</h4>
              <button type="button" className={styles.sources} onClick={() => onSources(citations)}>
                See all {plural(citations.length, 'quoted place')}
              </button>
            </section>
          ) : null}
          {feedback.withheld > 0 ? (
            <p className={styles.withheld}>
              {plural(feedback.withheld, 'sentence was', 'sentences were')} held back: nothing in your answer or documents bears
              {feedback.withheld === 1 ? ' it' : ' them'} out.
            </p>
          ) : null}
        </div>
      </details>
    </>
  );
}

/** The gaps that are not shown as corrections. */
function withoutCorrections({ gaps, corrections }: Feedback): Point[] {
  const shown = new Set(corrections?.items.map((item) => item.citation));
  return gaps.filter((gap) => !gap.citations.some((id) => shown.has(id)));
}

function First({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <li>
      {icon}
      <div>
        <h4>{title}</h4>
        <p>{children}</p>
      </div>
    </li>
  );
}

function MorePoints({ title, points, render }: { title: string; points: Point[]; render: (point: Point) => ReactNode }) {
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
