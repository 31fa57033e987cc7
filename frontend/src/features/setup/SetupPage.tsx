import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { getCatalog, listDocuments, startSession } from '../../api/calls';
import { sentenceOf } from '../../api/client';
import type { Catalog, DocumentInfo } from '../../api/types';
import { plural } from '../../text/format';
import { Button } from '../../ui/Button';
import { Message } from '../../ui/Message';
import { usePreferences, wishes } from '../settings/preferences';
import { FineTuning, LanguageField } from './FineTuning';
import { JobDescUpload } from './JobDescUpload';
import { JobSelector } from './JobSelector';
import { ModePicker } from './ModePicker';
import { PastInterviews } from './PastInterviews';
import { nameProblem } from './name-problem';
import { defaultsOf, type PlanDraft, planOf } from './plan';
import { SAMPLE_JOB, SAMPLE_RESUME } from './sample';
import styles from './SetupPage.module.css';
import { StartCard } from './StartCard';
import { type DocumentSlot, useDocument } from './use-document';
import { consentOf } from './consent';
import { WhoReads } from './WhoReads';

export function SetupPage() {
  const catalog = useQuery({ queryKey: ['catalog'], queryFn: getCatalog, staleTime: 60_000 });
  if (catalog.data) return <Setup catalog={catalog.data} />;
  return (
    <div className={styles.page}>
      <Hero />
      {catalog.isError ? (
        <Message tone="error" title="The coach is not there yet" actions={<Button onClick={() => void catalog.refetch()}>Try again</Button>}>
          {sentenceOf(catalog.error)}
        </Message>
      ) : null}
      {catalog.isPending ? <div className={styles.skeleton} aria-busy="true" aria-label="Loading" role="status" /> : null}
    </div>
  );
}

function Hero() {
  return (
    <header className={styles.hero}>
      <h1>Practise the interview before it counts.</h1>
      <p>
        Answer out loud. The coach listens, tells you what worked and what to change, and shows what the job asks for that you
        have not mentioned yet.
      </p>
    </header>
  );
}

function Setup({ catalog }: { catalog: Catalog }) {
  const [plan, setPlan] = useState<PlanDraft>(() => defaultsOf(catalog));
  const change = (part: Partial<PlanDraft>) => setPlan((before) => ({ ...before, ...part }));
  const preferences = usePreferences();
  const consent = consentOf(catalog.author, preferences);
  const job = useDocument('job_description', 'The job description', consent);
  const resume = useDocument('resume', 'Your resume', consent);
  const documents = useQuery({ queryKey: ['documents'], queryFn: listDocuments });
  const start = useStart(plan, [job, resume]);
  useDocumentsFromBefore(documents.data, job, resume);
  const upload = { types: catalog.limits?.document_types ?? ['.pdf', '.docx', '.txt', '.md'], maxBytes: catalog.limits?.document_bytes ?? null };
  const ready = (kind: string) => (documents.data ?? []).filter((d) => d.kind === kind && d.status === 'ready');
  const untouched = !job.document && !job.busy && !resume.document && !resume.busy;

  return (
    <div className={styles.columns}>
      <div className={styles.choices}>
        <Hero />
        <section aria-labelledby="what-for">
          <div className={styles.head}>
            <h2 id="what-for">What are you preparing for?</h2>
            {untouched ? (
              <Button
                look="quiet"
                onClick={() => {
                  void job.give(SAMPLE_JOB);
                  void resume.give(SAMPLE_RESUME);
                }}
              >
                Try with a sample
              </Button>
            ) : null}
          </div>
          <WhoReads author={catalog.author} />
          <div className={styles.documents}>
            <JobDescUpload slot={job} title="Job description" why="Questions come from what this job asks for." earlier={ready('job_description')} {...upload} />
            <JobDescUpload slot={resume} title="Your resume" why="Feedback shows what in it you could have used." earlier={ready('resume')} {...upload} />
          </div>
          <p className={styles.note}>Both are optional, and you can delete them in the settings.{catalog.author ? null : ' They stay on this server.'}</p>
        </section>

        <section aria-labelledby="kind">
          <h2 id="kind">Kind of interview</h2>
          <ModePicker modes={catalog.modes} value={plan.mode} onChange={(mode) => change({ mode })} />
          {plan.mode === 'language' ? <LanguageField plan={plan} catalog={catalog} onChange={change} /> : null}
        </section>

        <FineTuning summary={summaryOf(plan, catalog)}>
          <JobSelector plan={plan} packs={catalog.role_packs} onChange={change} />
          <FineTuning.Choices plan={plan} catalog={catalog} onChange={change} />
        </FineTuning>
      </div>

      <aside className={styles.aside}>
        <StartCard plan={plan} catalog={catalog} slots={[job, resume]} start={start} onVoice={(voice) => change({ voice })} />
        <PastInterviews modes={catalog.modes} />
      </aside>
    </div>
  );
}

export interface Starting {
  begin: () => void;
  busy: boolean;
  waiting: boolean;
  problem: string | null;
}

/** Starts the interview; where documents are still being read, as soon as they are. */
function useStart(plan: PlanDraft, slots: DocumentSlot[]): Starting {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [stage, setStage] = useState<'idle' | 'waiting' | 'starting'>('idle');
  const [problem, setProblem] = useState<string | null>(null);

  const begin = async () => {
    setProblem(null);
    setStage('waiting');
    try {
      const read = await Promise.all(slots.map((slot) => slot.settled()));
      if (read.some(({ failed }) => failed) && slots.some((slot) => slot.busy)) return; // the card says which, and why
      setStage('starting');
      const ids = read.flatMap(({ document }) => (document ? [document.document_id] : []));
      const session = await startSession({ ...planOf(plan, ids), ...wishes() });
      queries.setQueryData(['session', session.session_id], session);
      void queries.invalidateQueries({ queryKey: ['sessions'] });
      await navigate({ to: '/practice/$sessionId', params: { sessionId: session.session_id } });
    } catch (error) {
      setProblem(nameProblem(error) ?? sentenceOf(error));
    } finally {
      setStage('idle');
    }
  };
  return { begin: () => void begin(), busy: stage !== 'idle', waiting: stage === 'waiting', problem };
}

/** Whoever comes back finds the newest job description and resume in place. */
function useDocumentsFromBefore(documents: DocumentInfo[] | undefined, job: DocumentSlot, resume: DocumentSlot): void {
  const done = useRef(false);
  useEffect(() => {
    if (done.current || !documents) return;
    done.current = true;
    for (const slot of [job, resume]) {
      const newest = documents.find((document) => document.kind === slot.kind && document.status === 'ready');
      if (newest && !slot.document && !slot.busy) slot.choose(newest);
    }
  }, [documents, job, resume]);
}

function summaryOf(plan: PlanDraft, catalog: Catalog): string {
  const title = (choices: { name: string; title: string }[] | undefined, name: string) =>
    choices?.find((choice) => choice.name === name)?.title ?? name;
  return [
    plan.role || (plan.rolePack && title(catalog.role_packs, plan.rolePack)),
    title(catalog.difficulties, plan.difficulty),
    plural(plan.questions, 'question'),
    title(catalog.practices, plan.practice),
    plan.language === 'en' ? '' : catalog.languages.find(({ code }) => code === plan.language)?.native_name,
  ]
    .filter(Boolean)
    .join(' · ');
}
