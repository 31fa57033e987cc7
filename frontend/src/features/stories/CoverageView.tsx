import { useQuery } from '@tanstack/react-query';
import { Check, Minus } from 'lucide-react';
import { useEffect, useState } from 'react';
import { getCoverage, listSessions } from '../../api/calls';
import { sentenceOf } from '../../api/client';
import type { Catalog, Citation, Coverage, SessionInfo } from '../../api/types';
import { quoted, when } from '../../text/format';
import { Button } from '../../ui/Button';
import { SelectField } from '../../ui/Field';
import { Message } from '../../ui/Message';
import { CitationChip } from '../feedback/CitationChip';
import { type OpenSources, SourceList } from '../feedback/SourceList';
import { groupsOf } from '../setup/role-groups';
import styles from './Stories.module.css';

type Gap = Coverage['gaps'][number];
type Question = Coverage['questions'][number];

const GENERAL = 'pack:general_behavioral';

interface Props {
  packs: Catalog['role_packs'];
  /** The role whose questions are shown, once it is known. */
  onPack: (name: string) => void;
  onWrite: (gap: Gap) => void;
}

/** What is likely to be asked, and with which story it can be answered. */
export function CoverageView({ packs, onPack, onWrite }: Props) {
  const sessions = useQuery({ queryKey: ['sessions', 'newest'], queryFn: () => listSessions() });
  const [chosen, setChosen] = useState<string | null>(null);
  const [sources, setSources] = useState<OpenSources | null>(null);
  const interviews = sessions.data?.sessions ?? [];
  const likely = interviews.find((session) => session.document_ids?.length || session.role) ?? interviews[0];
  const target = chosen ?? (likely ? `session:${likely.session_id}` : GENERAL);
  const [kind, id = ''] = [target.slice(0, target.indexOf(':')), target.slice(target.indexOf(':') + 1)];
  const coverage = useQuery({
    queryKey: ['coverage', target],
    queryFn: () => getCoverage(kind === 'session' ? { session_id: id } : { role_pack: id }),
    enabled: !sessions.isPending,
    placeholderData: (before) => before,
  });
  const name = coverage.data?.role_pack;
  useEffect(() => {
    if (name) onPack(name);
  }, [name, onPack]);
  const cite = (citation: Citation) => setSources({ chosen: citation, citations: [citation] });
  const missing = coverage.data?.questions.filter((question) => !question.story) ?? [];
  const met = coverage.data?.questions.filter((question) => question.story) ?? [];
  return (
    <section className={styles.coverage} aria-labelledby="asked">
      <h2 id="asked">What you will be asked</h2>
      <SelectField label="For" value={target} onChange={setChosen}>
        {interviews.length > 0 ? (
          <optgroup label="An interview you set up">
            {interviews.map((session) => (
              <option key={session.session_id} value={`session:${session.session_id}`}>
                {titleOf(session)}
              </option>
            ))}
          </optgroup>
        ) : null}
        {groupsOf(packs).map((group) => (
          <optgroup key={group.title} label={group.title}>
            {group.roles.map((role) => (
              <option key={role.name} value={`pack:${role.name}`}>
                {role.title}
              </option>
            ))}
          </optgroup>
        ))}
      </SelectField>
      {coverage.isError ? <Message tone="error">{sentenceOf(coverage.error)}</Message> : null}
      {coverage.data ? (
        <>
          <p className={styles.count}>
            <strong>
              {coverage.data.covered} of {coverage.data.questions.length}
            </strong>{' '}
            likely questions have a story. <span className={styles.hint}>From {coverage.data.questions.some((question) => question.kind === 'requirement') ? 'the job description and ' : ''}the question bank “{coverage.data.title}”.</span>
          </p>
          {coverage.data.gaps.length > 0 ? (
            <div className={styles.block}>
              <h3>No story yet for</h3>
              <ul className={styles.gaps}>
                {coverage.data.gaps.map((gap) => (
                  <li key={gap.kind + gap.name}>
                    <div>
                      <p className={styles.gap}>{gap.name}</p>
                      <p className={styles.hint}>
                        {gap.kind === 'competency' ? gap.text : quoted(gap.question)} <OfTheJob citation={gap.citation} onOpen={cite} />
                      </p>
                    </div>
                    <Button onClick={() => onWrite(gap)} aria-label={`Write a story: ${gap.name}`}>
                      Write
                    </Button>
                  </li>
                ))}
              </ul>
            </div>
          ) : null}
          {met.length > 0 ? <Questions title="Questions you have a story for" questions={met} onCite={cite} open /> : null}
          {missing.length > 0 ? <Questions title="Questions without a story" questions={missing} onCite={cite} /> : null}
        </>
      ) : (
        <div className={styles.skeleton} role="status" aria-label="Matching your stories" />
      )}
      <SourceList sources={sources} onChoose={(next) => setSources((now) => now && { ...now, chosen: next })} onClose={() => setSources(null)} />
    </section>
  );
}

function Questions({ title, questions, open = false, onCite }: { title: string; questions: Question[]; open?: boolean; onCite: (citation: Citation) => void }) {
  return (
    <details className={styles.block} open={open}>
      <summary className={styles.opener}>
        {title} ({questions.length})
      </summary>
      <ul className={styles.questions}>
        {questions.map(({ text, story, citation }) => (
          <li key={text} data-met={story ? true : undefined}>
            {story ? <Check aria-hidden="true" /> : <Minus aria-hidden="true" />}
            <div>
              <p>
                {text} <OfTheJob citation={citation} onOpen={onCite} />
              </p>
              {story ? (
                <p className={styles.match}>
                  <strong>{story.title}</strong> · {story.fit === 'strong' ? 'fits well' : 'could be told for this one'}
                  <span> ({story.because})</span>
                </p>
              ) : null}
            </div>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The place in the job description; that the rest comes from the question bank is said once, above. */
function OfTheJob({ citation, onOpen }: { citation: Citation; onOpen: (citation: Citation) => void }) {
  return citation.source === 'document' ? <CitationChip citation={citation} onOpen={onOpen} /> : null;
}

function titleOf(session: SessionInfo): string {
  const role = session.role || (session.role_pack ?? session.mode).replaceAll('_', ' ');
  return `${role.charAt(0).toUpperCase()}${role.slice(1)}${session.company ? ` at ${session.company}` : ''}, ${when(session.created_at)}`;
}
