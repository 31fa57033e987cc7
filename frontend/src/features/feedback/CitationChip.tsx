import type { Citation } from '../../api/types';
import styles from './CitationChip.module.css';

const SOURCES: Record<string, string> = { A: 'You said', J: 'Job', R: 'Resume', C: 'Company', N: 'Notes', P: 'Role guide' };

/** `J2` -> `Job 2`, as people call it. */
export function citationName(id: string): string {
  const name = SOURCES[id.charAt(0)] ?? 'Source';
  const number = id.slice(1);
  return number === '1' || number === '' ? name : `${name} ${number}`;
}

interface Props {
  citation: Citation;
  onOpen: (citation: Citation) => void;
}

/** Where a claim comes from; opens the quoted place. */
export function CitationChip({ citation, onOpen }: Props) {
  const name = citationName(citation.citation_id);
  return (
    <button type="button" className={styles.chip} onClick={() => onOpen(citation)} title={citation.quote} aria-label={`${name}: show the quoted place`}>
      {name}
    </button>
  );
}

interface ChipsProps {
  ids: readonly string[];
  citations: readonly Citation[];
  onOpen: (citation: Citation) => void;
}

/** The chips of one claim, each source once. An id that no citation explains is not shown. */
export function CitationChips({ ids, citations, onOpen }: ChipsProps) {
  const found = [...new Set(ids)].flatMap((id) => citations.find((citation) => citation.citation_id === id) ?? []);
  if (found.length === 0) return null;
  return (
    <span className={styles.chips}>
      {found.map((citation) => (
        <CitationChip key={citation.citation_id} citation={citation} onOpen={onOpen} />
      ))}
    </span>
  );
}
