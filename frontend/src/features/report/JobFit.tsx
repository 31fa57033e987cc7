import { Circle, CircleCheck, CircleDashed, CircleDot, SquareCheck } from 'lucide-react';
import type { Citation, FitStatus, Report } from '../../api/types';
import { CitationChip, citationNames } from '../feedback/CitationChip';
import styles from './ReportPage.module.css';

type Requirement = Report['job_fit']['requirements'][number];

const STATUS: Record<FitStatus, { word: string; icon: typeof Circle }> = {
  evidenced: { word: 'Shown', icon: CircleCheck },
  mentioned: { word: 'Said by you', icon: CircleDot },
  ticked: { word: 'Ticked by you', icon: SquareCheck },
  missing: { word: 'Not yet', icon: Circle },
  not_judged: { word: 'Not judged', icon: CircleDashed },
};

interface Props {
  requirements: Requirement[];
  onCite: (citation: Citation, all: Citation[]) => void;
}

/** Each requirement of the job, and where it is borne out. */
export function JobFit({ requirements, onCite }: Props) {
  const ofTheJob = requirements.some(({ citations }) => citations.some(({ citation_id }) => citation_id.startsWith('J')));
  return (
    <section>
      <h2>{ofTheJob ? 'What the job asks for' : 'What interviewers look for in such a role'}</h2>
      <p className={styles.note}>{inShort(requirements)}</p>
      <table className={styles.fit}>
        <thead>
          <tr>
            <th scope="col">Requirement</th>
            <th scope="col">Status</th>
            <th scope="col">Where</th>
          </tr>
        </thead>
        <tbody>
          {requirements.map((requirement, at) => {
            const { word, icon: Icon } = STATUS[requirement.status];
            const citations = distinct(requirement.citations);
            const names = citationNames(citations);
            const { says, text } = requirement;
            return (
              <tr key={at} data-status={requirement.status}>
                <th scope="row">
                  {says || text}
                  {says && says !== text ? <q className={styles.verbatim}>{text}</q> : null}
                </th>
                <td>
                  <span className={styles.status}>
                    <Icon aria-hidden="true" />
                    {word}
                  </span>
                </td>
                <td>
                  <span className={styles.chips}>
                    {citations.map((citation, place) => (
                      <CitationChip key={`${citation.citation_id}-${citation.char_start}`} citation={citation} name={names[place]} onOpen={(c) => onCite(c, citations)} />
                    ))}
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** How many are shown, where somebody judged that; else how many the candidate spoke of or ticked. */
function inShort(requirements: Requirement[]): string {
  const count = (...wanted: FitStatus[]) => requirements.filter(({ status }) => wanted.includes(status)).length;
  const all = requirements.length;
  if (count('evidenced', 'missing') > 0) return `${count('evidenced')} of ${all} shown in your answers or resume.`;
  return `Of ${all}, you spoke of ${count('mentioned')} and ticked ${count('ticked')}. How well you showed them is not judged.`;
}

/** One chip a source; the first place stands for the others of the same name. */
function distinct(citations: Citation[]): Citation[] {
  return citations.filter((citation, at) => citations.findIndex((c) => c.citation_id === citation.citation_id) === at);
}
