/** Set-up: documents, kind of interview, start. Everything has a default. */
import { ArrowRight, Sparkles, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { api, messageOf } from '../../api/client';
import type { Catalog, DocumentInfo, Kind, Session } from '../../api/types';
import { day, titled } from '../../ui/format';
import { JobDescUpload } from './JobDescUpload';
import { JobSelector } from './JobSelector';
import { ModePicker } from './ModePicker';
import { SAMPLE_JOB, SAMPLE_RESUME } from './sample';

interface Props { catalog: Catalog; onStarted: (session: Session) => void; onOpen: (id: string, where: 'practice' | 'report') => void }

const FIRST_MODES = ['behavioral', 'technical', 'cultural_fit'];

export function SetupPage({ catalog, onStarted, onOpen }: Props) {
  const [job, setJob] = useState<DocumentInfo | null>(null);
  const [resume, setResume] = useState<DocumentInfo | null>(null);
  const [mode, setMode] = useState('behavioral');
  const [role, setRole] = useState('');
  const [company, setCompany] = useState('');
  const [pack, setPack] = useState<string | null>(null);
  const [difficulty, setDifficulty] = useState('medium');
  const [practice, setPractice] = useState('interview');
  const [count, setCount] = useState(5);
  const [voice, setVoice] = useState(true);
  const [sessions, setSessions] = useState<Session[]>([]);
  const [problem, setProblem] = useState('');
  const [starting, setStarting] = useState(false);

  useEffect(() => {
    api.sessions().then(setSessions).catch(() => undefined);
    api.documents().then((known) => {
      const latest = (kind: Kind) => known.find((d) => d.kind === kind && d.status !== 'failed') ?? null;
      setJob((mine) => mine ?? latest('job_description'));
      setResume((mine) => mine ?? latest('resume'));
    }).catch(() => undefined);
  }, []);

  const reading = [job, resume].some((d) => d && (d.status === 'queued' || d.status === 'processing'));
  const start = async () => {
    setStarting(true);
    setProblem('');
    try {
      onStarted(await api.start({
        mode, role: role.trim(), company: company.trim(), level: '', role_pack: pack, difficulty, practice, voice,
        question_count: count, language: 'en',
        document_ids: [job, resume].flatMap((d) => (d?.status === 'ready' ? [d.document_id] : [])),
      }));
    } catch (error) {
      setProblem(messageOf(error));
      setStarting(false);
    }
  };
  const trySample = async () => {
    setProblem('');
    try {
      setJob(await api.paste('job_description', 'Customer Support Lead', SAMPLE_JOB));
      setResume(await api.paste('resume', 'Alex Morgan', SAMPLE_RESUME));
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  const remove = (id: string) => {
    void api.deleteSession(id).then(() => setSessions((s) => s.filter((x) => x.session_id !== id))).catch((e: unknown) => setProblem(messageOf(e)));
  };

  const shown = catalog.modes.toSorted((a, b) => FIRST_MODES.indexOf(b.name) - FIRST_MODES.indexOf(a.name));
  const ordered = [...FIRST_MODES.flatMap((n) => shown.filter((m) => m.name === n)), ...shown.filter((m) => !FIRST_MODES.includes(m.name))];

  return (
    <div className="setup">
      <section className="hero">
        <h1>Practise the interview before it counts.</h1>
        <p className="lead">Give the job and your resume, answer out loud, and hear what was strong and what is missing. Everything runs on this machine; your voice is never stored.</p>
      </section>
      <section className="card" aria-labelledby="documents">
        <div className="card-head">
          <h2 id="documents">The job and you</h2>
          {!job && !resume && <button type="button" className="button quiet" onClick={() => void trySample()}><Sparkles size={16} aria-hidden="true" /> Try with a sample</button>}
        </div>
        <div className="uploads">
          <JobDescUpload kind="job_description" title="Job description" hint="PDF, Word, text or Markdown. Questions follow what the job asks for." document={job} onDocument={setJob} />
          <JobDescUpload kind="resume" title="Your resume" hint="So that questions and feedback fit what you have done." document={resume} onDocument={setResume} />
        </div>
        <JobSelector role={role} company={company} pack={pack} packs={catalog.role_packs} onRole={setRole} onCompany={setCompany} onPack={setPack} />
      </section>
      <section className="card" aria-label="Interview">
        <ModePicker modes={ordered} value={mode} onChange={setMode} />
        <details className="advanced">
          <summary>More choices: {count} questions, {difficulty}, voice {voice ? 'on' : 'off'}</summary>
          <div className="fields">
            <label>Questions
              <select value={count} onChange={(event) => setCount(Number(event.target.value))}>{[1, 2, 3, 5, 7, 10, 15, 20].map((n) => <option key={n} value={n}>{n}</option>)}</select>
            </label>
            <label>Difficulty
              <select value={difficulty} onChange={(event) => setDifficulty(event.target.value)}>{catalog.difficulties.map((d) => <option key={d.name} value={d.name}>{d.title}</option>)}</select>
            </label>
            <label>Practice
              <select value={practice} onChange={(event) => setPractice(event.target.value)}>{catalog.practices.map((p) => <option key={p.name} value={p.name}>{p.title}</option>)}</select>
            </label>
            <label className="check"><input type="checkbox" checked={voice} onChange={(event) => setVoice(event.target.checked)} /> The coach speaks aloud</label>
          </div>
        </details>
        <div className="start">
          <button type="button" className="button primary big" disabled={starting || reading} onClick={() => void start()}>
            {starting ? 'Starting ...' : reading ? 'Reading your documents ...' : 'Start interview'} <ArrowRight size={18} aria-hidden="true" />
          </button>
          <p className="muted small">{catalog.disclosure}</p>
        </div>
        {problem && <p className="problem" role="alert">{problem}</p>}
      </section>
      {sessions.length > 0 && (
        <section className="card" aria-labelledby="past">
          <h2 id="past">Your interviews</h2>
          <ul className="past">
            {sessions.map((s) => (
              <li key={s.session_id}>
                <div><strong>{s.role || titled(s.mode)}</strong><span className="muted small">{day(s.created_at)} · {titled(s.mode)} · {titled(s.state)}</span></div>
                <div className="row">
                  {s.question && s.state !== 'expired' && <button type="button" className="button quiet" onClick={() => onOpen(s.session_id, 'practice')}>Continue</button>}
                  <button type="button" className="button quiet" onClick={() => onOpen(s.session_id, 'report')}>Report</button>
                  <button type="button" className="icon-button" onClick={() => remove(s.session_id)}><Trash2 size={16} aria-hidden="true" /><span className="visually-hidden">Delete the interview of {day(s.created_at)}</span></button>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
