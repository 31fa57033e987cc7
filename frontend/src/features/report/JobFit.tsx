import { Circle, CircleCheck, CircleDot } from 'lucide-react';
import type { Citation, Report } from '../../api/types';
import { CitationChip, citationNames } from '../feedback/CitationChip';
import styles from './ReportPage.module.css';

type Requirement = Report['job_fit']['requirements'][number];

const STATUS = {
  evidenced: { word: 'Shown', icon: CircleCheck },
  mentioned: { word: 'Mentioned', icon: CircleDot },
  missing: { word: 'Not yet', icon: Circle },
} as const;

interface Props {
  requirements: Requirement[];
  onCite: (citation: Citation, all: Citation[]) => void;
}

/** Each requirement of the job, and where it is borne out. */
export function JobFit({ requirements, onCite }: Props) {
  const shown = requirements.filter((requirement) => requirement.status === 'evidenced').length;
  const ofTheJob = requirements.some(({ citations }) => citations.some(({ citation_id }) => citation_id.startsWith('J')));
  return (
    <section>
      <h2>{ofTheJob ? 'What the job asks for' : 'What interviewers look for in such a role'}</h2>
      <p className={styles.note}>
        {shown} of {requirements.length} shown in your answers or resume.
      </p>
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
            return (
              <tr key={at} data-status={requirement.status}>
                <th scope="row">{requirement.text}</th>
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

/** One chip a source; the first place stands for the others of the same name. */
function distinct(citations: Citation[]): Citation[] {
  return citations.filter((citation, at) => citations.findIndex((c) => c.citation_id === citation.citation_id) === at);
}
