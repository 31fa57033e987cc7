import type { Citation } from '../../api/types';
import styles from './CitationChip.module.css';

const SOURCES: Record<string, string> = { A: 'You said', J: 'Job', R: 'Resume', C: 'Company', N: 'Notes', P: 'Question bank' };

/** What people call the source of a citation: `J2` -> `Job`. */
export function citationName(citation: Citation): string {
  const known = SOURCES[citation.citation_id.charAt(0)];
  if (known) return known;
  return citation.source === 'role_pack' ? 'Question bank' : citation.title || 'Source';
}

/** The names of citations that stand side by side: numbered only where the same name comes twice. */
export function citationNames(citations: readonly Citation[]): string[] {
  const names = citations.map(citationName);
  return names.map((name, at) => {
    const same = names.filter((other) => other === name).length;
    return same === 1 ? name : `${name} ${names.slice(0, at + 1).filter((other) => other === name).length}`;
  });
}

interface Props {
  citation: Citation;
  name?: string;
  onOpen: (citation: Citation) => void;
}

/** Where a claim comes from; opens the quoted place. */
export function CitationChip({ citation, name = citationName(citation), onOpen }: Props) {
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
  const names = citationNames(found);
  return (
    <span className={styles.chips}>
      {found.map((citation, at) => (
        <CitationChip key={citation.citation_id} citation={citation} name={names[at]} onOpen={onOpen} />
      ))}
    </span>
  );
}
