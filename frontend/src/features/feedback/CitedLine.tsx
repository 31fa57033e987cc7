import type { Citation, Question } from '../../api/types';
import styles from './CitedLine.module.css';
import { citedLines, lineSource, lineSourceWithin, plainLine } from './cited-lines';

interface Props {
  citation: Citation;
  /** It is what the question points at: read first, and from further away. */
  large?: boolean;
  onOpen: (citation: Citation) => void;
}

/** A line of the posting or the resume in its own words, under its source; it leads to its place there. */
export function CitedLine({ citation, large = false, onOpen }: Props) {
  return (
    <figure className={styles.line} data-large={large || undefined}>
      <figcaption>
        {lineSource(citation)}
        <button type="button" onClick={() => onOpen(citation)} aria-label={`See it there: ${lineSourceWithin(citation)}`}>
          See it there
        </button>
      </figcaption>
      <blockquote>“{plainLine(citation.quote)}”</blockquote>
    </figure>
  );
}

/** The lines that a question is about and does not read out; nothing where there are none. */
export function CitedLines({ question, large, onOpen }: { question: Question; large?: boolean; onOpen: (citation: Citation) => void }) {
  return citedLines(question).beside.map((line) => <CitedLine key={`${line.citation_id} ${line.char_start}`} citation={line} large={large} onOpen={onOpen} />);
}
