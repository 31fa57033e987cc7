/** Feedback on one answer: one strength, one fix, one drill first; the rest on request. */
import { Check, Dumbbell, Wrench } from 'lucide-react';
import type { Catalog, Citation, Feedback } from '../../api/types';
import { SourceList } from '../practice/SourceList';
import { RewriteCard } from './RewriteCard';
import { ScoreRow } from './ScoreRow';

interface Props {
  feedback: Feedback | null;
  streamed: string;
  rubrics: Catalog['rubrics'];
  hideScores: boolean;
  onAnswer: (citation: Citation) => void;
}

export function FeedbackPanel({ feedback, streamed, rubrics, hideScores, onAnswer }: Props) {
  if (!feedback) {
    if (!streamed) return null;
    return (
      <section className="card feedback" aria-label="Feedback" aria-busy="true">
        <h2>Feedback</h2>
        <p className="streaming">{streamed}</p>
      </section>
    );
  }
  if (!feedback.scored) {
    return (
      <section className="card feedback" aria-label="Feedback">
        <h2>Not scored</h2>
        <p>{feedback.not_scored_because ?? feedback.summary}</p>
      </section>
    );
  }
  const [strength, ...strengths] = feedback.strengths;
  const [gap, ...gaps] = feedback.gaps;
  const points = (ids: string[]) => <SourceList ids={ids} citations={feedback.citations} onAnswer={onAnswer} />;
  return (
    <section className="card feedback" aria-label="Feedback">
      <h2>Feedback</h2>
      <p className="lead">{feedback.summary}</p>
      <ul className="points">
        {strength && <li><Check className="good" aria-hidden="true" size={20} /><div><strong>Strong</strong><p>{strength.text} {points(strength.citations)}</p></div></li>}
        {gap && <li><Wrench className="fix" aria-hidden="true" size={20} /><div><strong>To change</strong><p>{gap.text} {points(gap.citations)}</p></div></li>}
        {feedback.drill && <li><Dumbbell className="drill" aria-hidden="true" size={20} /><div><strong>Drill: {feedback.drill.title}</strong><p>{feedback.drill.instruction}</p></div></li>}
      </ul>
      {feedback.compared && feedback.compared.changes.length > 0 && (
        <div className="compared">
          <h3>Against your last take</h3>
          <ul>
            {feedback.compared.changes.map((c) => (
              <li key={c.what} className={c.better === true ? 'better' : c.better === false ? 'worse' : ''}>
                {c.what.replaceAll('_', ' ')}: {String(c.before ?? '-')} → {String(c.after ?? '-')}
              </li>
            ))}
          </ul>
        </div>
      )}
      <details>
        <summary>Everything else: {hideScores ? '' : 'scores, '}rewrite{strengths.length + gaps.length > 0 ? ' and more points' : ''}</summary>
        {[...strengths, ...gaps].length > 0 && (
          <ul className="more">{[...strengths, ...gaps].map((p) => <li key={p.text}>{p.text} {points(p.citations)}</li>)}</ul>
        )}
        {!hideScores && (
          <div className="scores">
            <h3>Scores</h3>
            {Object.entries(feedback.scores).map(([name, score]) => (
              <ScoreRow key={name} title={rubrics[name]?.title ?? name} score={score.score} why={score.why} anchor={score.anchor} />
            ))}
          </div>
        )}
        {feedback.rewrite.text && <RewriteCard rewrite={feedback.rewrite} />}
        {feedback.withheld > 0 && (
          <p className="muted small">{feedback.withheld} sentence{feedback.withheld > 1 ? 's' : ''} of the language model could not be proven and {feedback.withheld > 1 ? 'were' : 'was'} held back.</p>
        )}
      </details>
    </section>
  );
}

