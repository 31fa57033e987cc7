/** What was heard, with fillers marked, and a quoted place highlighted. */
import type { ReactNode } from 'react';
import type { Delivery } from '../../api/types';

interface Props { text: string; fillers?: Delivery['fillers']; highlight?: { start: number; end: number } | null }

export function TranscriptView({ text, fillers = [], highlight }: Props) {
  const marks = [
    ...fillers.map((f) => ({ start: f.char_start, end: f.char_start + f.word.length, kind: 'filler' })),
    ...(highlight ? [{ ...highlight, kind: 'quote' }] : []),
  ].sort((a, b) => a.start - b.start);
  const pieces: ReactNode[] = [];
  let at = 0;
  for (const mark of marks) {
    if (mark.start < at) continue;
    pieces.push(text.slice(at, mark.start));
    pieces.push(<mark key={`${mark.kind}${mark.start}`} className={mark.kind}>{text.slice(mark.start, mark.end)}</mark>);
    at = mark.end;
  }
  pieces.push(text.slice(at));
  return <p className="transcript">{pieces}</p>;
}
