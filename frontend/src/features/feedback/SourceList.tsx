import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { getDocumentText } from '../../api/calls';
import { sentenceOf } from '../../api/client';
import type { Citation } from '../../api/types';
import { pieces } from '../../text/marks';
import { Dialog } from '../../ui/Dialog';
import { Message } from '../../ui/Message';
import { citationName, citationNames } from './CitationChip';
import styles from './SourceList.module.css';

export interface OpenSources {
  citations: Citation[];
  chosen: Citation;
}

interface Props {
  sources: OpenSources | null;
  onChoose: (citation: Citation) => void;
  onClose: () => void;
  /** Show a quote of an answer in its own transcript, where there is one on the page. */
  onAnswer?: (citation: Citation) => void;
}

const sameCitation = (a: Citation, b: Citation) => a.citation_id === b.citation_id && a.char_start === b.char_start;

/** The quoted places: the document itself, with the quote marked where it stands. */
export function SourceList({ sources, onChoose, onClose, onAnswer }: Props) {
  if (!sources) return null;
  const { chosen, citations } = sources;
  const names = citationNames(citations);
  return (
    <Dialog open onClose={onClose} title={chosen.title || citationName(chosen)} description={aboutOf(chosen)}>
      {citations.length > 1 ? (
        <ul className={styles.list} aria-label="Quoted places">
          {citations.map((citation, at) => (
            <li key={`${citation.citation_id}-${citation.char_start}`}>
              <button
                type="button"
                aria-pressed={sameCitation(citation, chosen)}
                onClick={() => (citation.source === 'answer' && onAnswer ? onAnswer(citation) : onChoose(citation))}
              >
                {names[at]}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      {chosen.source === 'answer' || !chosen.document_id ? (
        <blockquote className={styles.quote}>{chosen.quote}</blockquote>
      ) : (
        <DocumentText key={`${chosen.document_id}:${chosen.char_start}`} citation={chosen} documentId={chosen.document_id} />
      )}
    </Dialog>
  );
}

function aboutOf(citation: Citation): string {
  if (citation.source === 'answer') return 'What you said';
  if (citation.source === 'role_pack') return 'From the question bank, which comes with this program';
  return 'Your document, the quoted place marked';
}

function DocumentText({ citation, documentId }: { citation: Citation; documentId: string }) {
  const text = useQuery({ queryKey: ['document-text', documentId], queryFn: () => getDocumentText(documentId), gcTime: 60_000 });
  const mark = useRef<HTMLElement>(null);
  useEffect(() => {
    mark.current?.scrollIntoView({ block: 'center' });
  }, [text.data]);
  if (text.isPending) return <p className={styles.loading}>Opening the document…</p>;
  if (text.isError) {
    return (
      <>
        <blockquote className={styles.quote}>{citation.quote}</blockquote>
        <Message tone="warn">{sentenceOf(text.error)}</Message>
      </>
    );
  }
  return (
    <div className={styles.document}>
      {pieces(text.data.text, [{ start: citation.char_start, end: citation.char_end, kind: 'quote' }]).map((piece, at) =>
        piece.mark ? (
          <mark key={at} ref={mark}>
            {piece.text}
          </mark>
        ) : (
          <span key={at}>{piece.text}</span>
        ),
      )}
    </div>
  );
}
