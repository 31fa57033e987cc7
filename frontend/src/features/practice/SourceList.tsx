/** Citations as chips; a chip opens the quoted place in its document. */
import { useEffect, useRef, useState } from 'react';
import { api, messageOf } from '../../api/client';
import type { Citation } from '../../api/types';
import { Dialog } from '../../ui/Dialog';

const AROUND = 700;

interface Props { ids: string[]; citations: Citation[]; onAnswer?: (citation: Citation) => void }

export function SourceList({ ids, citations, onAnswer }: Props) {
  const [open, setOpen] = useState<Citation | null>(null);
  const found = ids.flatMap((id) => citations.find((c) => c.citation_id === id) ?? []);
  if (found.length === 0) return null;
  return (
    <span className="sources">
      {found.map((citation) => (
        <button
          key={citation.citation_id}
          type="button"
          className="chip"
          title={citation.quote}
          onClick={() => (citation.source === 'answer' && onAnswer ? onAnswer(citation) : setOpen(citation))}
        >
          {label(citation)}
        </button>
      ))}
      {open && <SourceDialog citation={open} onClose={() => setOpen(null)} />}
    </span>
  );
}

const label = (citation: Citation): string =>
  citation.source === 'answer' ? 'your words' : citation.citation_id.startsWith('R') ? 'your resume' : citation.source === 'role_pack' ? 'role guide' : 'the job';

function SourceDialog({ citation, onClose }: { citation: Citation; onClose: () => void }) {
  const [text, setText] = useState<string | null>(citation.source === 'answer' ? citation.quote : null);
  const [problem, setProblem] = useState('');
  const mark = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!citation.document_id) return;
    api.documentText(citation.document_id).then((d) => setText(d.text)).catch((e: unknown) => setProblem(messageOf(e)));
  }, [citation]);
  useEffect(() => mark.current?.scrollIntoView({ block: 'center' }), [text]);
  const whole = citation.source === 'answer';
  const start = whole ? 0 : citation.char_start;
  const end = whole ? citation.quote.length : citation.char_end;
  return (
    <Dialog title={citation.title} onClose={onClose}>
      {problem && <p className="problem">{problem}</p>}
      {text === null && !problem && <p className="muted">Opening the document ...</p>}
      {text !== null && (
        <p className="source-text">
          {start > AROUND ? '... ' : ''}
          {text.slice(Math.max(0, start - AROUND), start)}
          <mark className="quote" ref={mark}>{text.slice(start, end)}</mark>
          {text.slice(end, end + AROUND)}
          {end + AROUND < text.length ? ' ...' : ''}
        </p>
      )}
    </Dialog>
  );
}
