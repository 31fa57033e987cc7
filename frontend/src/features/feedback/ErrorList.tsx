import type { ReactNode } from 'react';
import type { Citation, ErrorPoint } from '../../api/types';
import { CitationChip, citationName } from './CitationChip';
import styles from './ErrorList.module.css';

interface Props {
  errors: ErrorPoint[];
  citations: Citation[];
  onCite: (citation: Citation) => void;
  /** What stands under each. */
  after: (error: ErrorPoint) => ReactNode;
}

/** What may not be right, beside what is: said as something to look up, not as a fault. */
export function ErrorList({ errors, citations, onCite, after }: Props) {
  if (errors.length === 0) return null;
  return (
    <section className={styles.check} aria-label="Check this">
      <h4>Check this</h4>
      <ul className={styles.list}>
        {errors.map((error) => {
          const cited = citations.find((one) => one.citation_id === error.citation);
          const beside = cited?.source === 'answer' ? undefined : cited;
          return (
            <li key={`${error.quote} ${error.correction}`}>
              <dl className={styles.pair}>
                <div>
                  <dt>You said</dt>
                  <dd>
                    <Quote text={error.quote} citation={beside ? inAnswer(error) : (cited ?? inAnswer(error))} onCite={onCite} />
                  </dd>
                </div>
                <div>
                  <dt>{beside ? citationName(beside) : 'Correction'}</dt>
                  <dd>
                    {error.correction}
                    {beside ? <CitationChip citation={beside} onOpen={onCite} /> : null}
                  </dd>
                </div>
              </dl>
              {after(error)}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** The words that are meant; where their place is known, they lead there. */
function Quote({ text, citation, onCite }: { text: string; citation: Citation | null; onCite: (citation: Citation) => void }) {
  if (!citation) return `“${text}”`;
  return (
    <button type="button" className={styles.quote} title="Show it in your answer" onClick={() => onCite(citation)}>
      “{text}”
    </button>
  );
}

/** The place of the quote in the answer, where it is known. */
function inAnswer({ quote, char_start: start, char_end: end }: ErrorPoint): Citation | null {
  return start == null || end == null ? null : { citation_id: 'A', source: 'answer', title: '', quote, char_start: start, char_end: end };
}
