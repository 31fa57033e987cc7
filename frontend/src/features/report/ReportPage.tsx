import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { IdCard, Printer } from 'lucide-react';
import { useState } from 'react';
import { getCatalog, getReport } from '../../api/calls';
import { ApiError, sentenceOf } from '../../api/client';
import type { Citation, Report, ReportPoint } from '../../api/types';
import { plural, when, withoutScores, words } from '../../text/format';
import { Button, buttonClass } from '../../ui/Button';
import { PageProblem } from '../../ui/PageProblem';
import { CitationChips } from '../feedback/CitationChip';
import { Corrected } from '../feedback/CorrectionList';
import { AuthorOfServer, onlyMeasured } from '../feedback/author';
import { DrillList } from '../feedback/DrillList';
import { NotJudged } from '../feedback/NotJudged';
import { RewriteCard } from '../feedback/RewriteCard';
import { ScoreRow } from '../feedback/ScoreRow';
import { SeniorityOfInterview } from '../feedback/seniority';
import { type OpenSources, SourceList } from '../feedback/SourceList';
import { tickBox } from '../feedback/ticks';
import { usePreferences } from '../settings/preferences';
import { KeepStory } from '../stories/KeepStory';
import { Downloads } from './Downloads';
import { AnswerChecks } from './AnswerChecks';
import { Claims } from './Claims';
import { Comments } from './Comments';
import { Coverage, Delivery, OwnCheck, SelfRatings } from './Figures';
import { JobFit } from './JobFit';
import styles from './ReportPage.module.css';
import { ShareButton } from './ShareDialog';
import { Timeline } from './Timeline';

/** How often it is asked whether an author's report is there. */
const COMING_MS = 4000;

export function ReportPage() {
  const { sessionId } = useParams({ from: '/report/$sessionId' });
  const report = useQuery({
    queryKey: ['report', sessionId],
    queryFn: () => tickBox().flush().then(() => getReport(sessionId)),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.coming ? COMING_MS : false),
  });
  if (report.isError && !report.data) {
    const gone = report.error instanceof ApiError && report.error.status === 404;
    return (
      <PageProblem
        title={gone ? 'This report does not exist any more' : 'The report could not be made'}
        actions={gone ? <Link to="/" className={buttonClass('primary')}>Set up an interview</Link> : <Button look="primary" onClick={() => void report.refetch()}>Try again</Button>}
      >
        {sentenceOf(report.error)}
      </PageProblem>
    );
  }
  if (!report.data) return <div className={styles.loading} role="status" aria-label="Making the report" />;
  return <Shown report={report.data} sessionId={sessionId} />;
}

function Shown({ report, sessionId }: { report: Report; sessionId: string }) {
  const { hideScores } = usePreferences();
  const [sources, setSources] = useState<OpenSources | null>(null);
  const openSource = (chosen: Citation, citations: Citation[] = [chosen]) => setSources({ chosen, citations });
  const { session } = report;
  const catalog = useQuery({ queryKey: ['catalog'], queryFn: getCatalog, staleTime: 60_000 });
  const mode = catalog.data?.modes.find(({ name }) => name === session.mode)?.title;
  const title = session.role || mode || `${words(session.mode ?? 'practice')} interview`;
  const over = session.state === 'finished' || session.state === 'expired' || Boolean(session.finished_at);
  const scores = Object.entries(report.scores ?? {});
  const requirements = report.job_fit?.requirements ?? [];
  const steps = report.next_steps ?? [];
  const drills = steps.length > 0 ? steps : (report.drills ?? []);
  const rewrites = (report.rewritten_answers ?? []).filter((answer) => answer.rewrite?.text);

  return (
    <div className={styles.report}>
      <header className={styles.head}>
        <div>
          <p className={styles.facts}>
            {[session.created_at && when(session.created_at), session.company, session.answered !== undefined && plural(session.answered, 'answer')]
              .filter(Boolean)
              .join(' · ')}
          </p>
          <h1>{title}</h1>
        </div>
        {report.coming ? (
          <p className={styles.coming} role="status">
            The coach is still writing. What was measured is here; the rest comes by itself.
          </p>
        ) : null}
        <p className={styles.summary}>{hideScores ? withoutScores(report.summary) : report.summary}</p>
        {report.author === 'rules' && !report.coming && onlyMeasured(report.scores ?? {}) ? (
          <AuthorOfServer value={catalog.data?.author ?? null}>
            <NotJudged />
          </AuthorOfServer>
        ) : null}
        <div className={styles.acts}>
          <Downloads sessionId={sessionId} />
          <Link to="/card/$sessionId" params={{ sessionId }} className={buttonClass()}>
            <IdCard aria-hidden="true" />
            Card for the day
          </Link>
          <ShareButton sessionId={sessionId} />
          <Button icon={<Printer aria-hidden="true" />} onClick={() => window.print()}>
            Print
          </Button>
          {over ? (
            <Link to="/" className={`${buttonClass('primary')} ${styles.go}`}>
              New interview
            </Link>
          ) : (
            <Link to="/practice/$sessionId" params={{ sessionId }} className={`${buttonClass('primary')} ${styles.go}`}>
              Go on
            </Link>
          )}
        </div>
      </header>

      <div className={styles.columns}>
        <div className={styles.main}>
          <Points title="What worked" points={report.strengths ?? []} onCite={openSource} />
          <Points title="What to work on" points={report.gaps ?? []} onCite={openSource} />
          {report.corrections && report.corrections.length > 0 ? (
            <section>
              <h2>How one says it</h2>
              <ul className={styles.points}>
                {report.corrections.map((item) => (
                  <li key={`${item.turn_id} ${item.rule} ${item.quote}`}>
                    <Corrected item={item} language={item.rule.split('/')[0] ?? ''} />
                  </li>
                ))}
              </ul>
              <p className={styles.facts}>Only well-known slips are looked for.</p>
            </section>
          ) : null}
          <Comments sessionId={sessionId} timeline={report.timeline ?? []} />
          {drills.length > 0 ? (
            <section>
              <h2>{steps.length > 0 ? 'Before the next interview' : 'Practise next'}</h2>
              <DrillList drills={drills} />
            </section>
          ) : null}
          <AnswerChecks sessionId={sessionId} onCite={openSource} />
          <Claims claims={report.claims ?? []} checked={report.claims_checked_against ?? []} onCite={openSource} />
          {requirements.length > 0 ? <JobFit requirements={requirements} onCite={openSource} /> : null}
          {report.best_answer ? (
            <section>
              <h2>Your best answer</h2>
              <figure className={styles.best}>
                <figcaption>{report.best_answer.question}</figcaption>
                <blockquote>{report.best_answer.answer}</blockquote>
                {report.best_answer.why ? <p className={styles.note}>{hideScores ? withoutScores(report.best_answer.why) : report.best_answer.why}</p> : null}
                {report.best_answer.turn_id ? (
                  <div>
                    <KeepStory sessionId={sessionId} turnId={report.best_answer.turn_id} answer={report.best_answer.answer} />
                  </div>
                ) : null}
              </figure>
            </section>
          ) : null}
          {rewrites.length > 0 ? (
            <section>
              <h2>Your answers, rearranged</h2>
              {rewrites.map((answer, at) => (
                <details key={answer.turn_id ?? at} className={styles.rewrite} open={at === 0}>
                  <summary className={styles.opener}>{answer.question}</summary>
                  <RewriteCard rewrite={answer.rewrite} />
                </details>
              ))}
            </section>
          ) : null}
        </div>
        <aside className={styles.side}>
          {scores.length > 0 && !hideScores ? (
            <section>
              <h2>Scores</h2>
              <SeniorityOfInterview value={session.seniority ?? 'mid'}>
                <ul>
                  {scores.map(([name, score]) => (
                    <ScoreRow key={name} name={name} {...score} />
                  ))}
                </ul>
              </SeniorityOfInterview>
            </section>
          ) : null}
          {report.self_check ? <OwnCheck checked={report.self_check} /> : null}
          {report.self_rating ? <SelfRatings rated={report.self_rating} calm={hideScores} /> : null}
          {hideScores ? null : (
            <>
              <Coverage coverage={report.star_coverage ?? {}} />
              <Delivery delivery={report.delivery ?? {}} />
            </>
          )}
          <Timeline timeline={report.timeline ?? []} calm={hideScores} />
        </aside>
      </div>
      <p className={styles.label}>Practice feedback, not a hiring prediction. The coach is an AI; its voice is synthetic.</p>
      <SourceList sources={sources} onChoose={(chosen) => setSources((now) => now && { ...now, chosen })} onClose={() => setSources(null)} />
    </div>
  );
}

interface PointsProps {
  title: string;
  points: ReportPoint[];
  onCite: (citation: Citation) => void;
}

function Points({ title, points, onCite }: PointsProps) {
  if (points.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ul className={styles.points}>
        {points.map((point) => (
          <li key={point.text}>
            {point.text} <CitationChips ids={point.citations ?? []} citations={point.evidence ?? point.quotes ?? []} onOpen={onCite} />
          </li>
        ))}
      </ul>
    </section>
  );
}
