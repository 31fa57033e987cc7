/** The report of a whole interview. */
import { Download, Printer } from 'lucide-react';
import { useEffect, useState } from 'react';
import { api, messageOf } from '../../api/client';
import { PARTS, type Catalog, type Report } from '../../api/types';
import { titled } from '../../ui/format';
import { DrillList } from '../feedback/DrillList';
import { RewriteCard } from '../feedback/RewriteCard';
import { ScoreRow } from '../feedback/ScoreRow';
import { SourceList } from '../practice/SourceList';

const STATUS = { evidenced: 'Shown', mentioned: 'Touched on', missing: 'Not shown yet' };
const FIGURES: [string, string][] = [
  ['words_per_minute', 'words a minute'], ['fillers_per_minute', 'fillers a minute'], ['long_pauses', 'long pauses'], ['word_count', 'words in all'],
];

export function ReportPage({ sessionId, catalog, hideScores, onNew }: { sessionId: string; catalog: Catalog; hideScores: boolean; onNew: () => void }) {
  const [report, setReport] = useState<Report | null>(null);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    api.report(sessionId).then(setReport).catch((e: unknown) => setProblem(messageOf(e)));
  }, [sessionId]);
  const save = async (format: 'txt' | 'md' | 'json') => {
    const url = URL.createObjectURL(await api.transcript(sessionId, format));
    const link = Object.assign(document.createElement('a'), { href: url, download: `interview.${format}` });
    link.click();
    URL.revokeObjectURL(url);
  };
  if (problem) return <p className="problem" role="alert">{problem}</p>;
  if (!report) return <p className="muted" role="status">Writing your report ...</p>;
  const rubrics = catalog.rubrics;
  const figures = FIGURES.filter(([name]) => report.delivery[name] !== null && report.delivery[name] !== undefined);
  return (
    <article className="report">
      <header>
        <h1>Your report</h1>
        <p className="lead">{report.summary}</p>
        <p className="muted small">{report.session.label}</p>
        <div className="row no-print">
          <button type="button" className="button" onClick={() => window.print()}><Printer size={16} aria-hidden="true" /> Print</button>
          {(['txt', 'md', 'json'] as const).map((f) => (
            <button key={f} type="button" className="button quiet" onClick={() => void save(f)}><Download size={16} aria-hidden="true" /> Transcript .{f}</button>
          ))}
        </div>
      </header>
      <div className="report-grid">
        {!hideScores && Object.keys(report.scores).length > 0 && (
          <section className="card"><h2>Scores</h2>
            {Object.entries(report.scores).map(([name, s]) => <ScoreRow key={name} title={rubrics[name]?.title ?? titled(name)} score={s.score} why={s.why} />)}
          </section>
        )}
        <section className="card"><h2>Story parts</h2>
          <p className="muted small">In how many of your stories each part could be heard.</p>
          {PARTS.map((part) => (
            <div key={part} className="star-part">
              <div className="star-head"><span>{titled(part)}</span><span>{Math.round(report.star_coverage[part] * 100)} %</span></div>
              <div className="star-track" aria-hidden="true"><span style={{ width: `${report.star_coverage[part] * 100}%` }} /></div>
            </div>
          ))}
          {figures.length > 0 && <><h2>Delivery</h2><ul className="figures">{figures.map(([name, label]) => <li key={name}><strong>{Math.round(report.delivery[name] ?? 0)}</strong> {label}</li>)}</ul></>}
        </section>
      </div>
      <section className="card two">
        <div><h2>Strong</h2><ul className="more">{report.strengths.map((p) => <li key={p.text}>{p.text} <SourceList ids={p.citations} citations={p.evidence} /></li>)}</ul></div>
        <div><h2>To change</h2><ul className="more">{report.gaps.map((p) => <li key={p.text}>{p.text} <SourceList ids={p.citations} citations={p.evidence} /></li>)}</ul></div>
      </section>
      {report.job_fit.requirements.length > 0 && (
        <section className="card"><h2>Job fit</h2>
          <p className="muted small">What the job asks for, and whether your answers or your resume show it.</p>
          <table>
            <thead><tr><th scope="col">The job asks for</th><th scope="col">So far</th><th scope="col">Where</th></tr></thead>
            <tbody>
              {report.job_fit.requirements.map((r) => (
                <tr key={r.text}><td>{r.text}</td><td><span className={`badge badge-${r.status}`}>{STATUS[r.status]}</span></td><td><SourceList ids={r.citations.map((c) => c.citation_id)} citations={r.citations} /></td></tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {report.drills.length > 0 && <section className="card"><h2>What to practise next</h2><DrillList drills={report.drills} /></section>}
      {report.best_answer && <section className="card"><h2>Your best answer</h2><p className="asked">{report.best_answer.question}</p><p>{report.best_answer.answer}</p></section>}
      {report.rewritten_answers.length > 0 && (
        <section className="card"><h2>Your answers, in order</h2>
          {report.rewritten_answers.map((r) => <details key={r.turn_id}><summary>{r.question}</summary><RewriteCard rewrite={r.rewrite} /></details>)}
        </section>
      )}
      <button type="button" className="button primary no-print" onClick={onNew}>Practise again</button>
    </article>
  );
}
