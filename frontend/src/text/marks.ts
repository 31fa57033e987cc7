/** Cuts a text into marked and unmarked pieces, for transcripts and sources. */
import { toIndex } from './code-points';

export interface Mark<Kind extends string = string> {
  start: number;
  end: number;
  kind: Kind;
  label?: string;
}

export interface Piece<Kind extends string = string> {
  text: string;
  mark: Mark<Kind> | null;
}

/** Pieces of `text` in order. Marks count code points; one that overlaps an earlier mark, or is empty, is left out. */
export function pieces<Kind extends string>(text: string, marks: readonly Mark<Kind>[]): Piece<Kind>[] {
  const found: Piece<Kind>[] = [];
  let at = 0;
  for (const mark of [...marks].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const start = toIndex(text, mark.start);
    const end = toIndex(text, mark.end);
    if (start < at || end <= start) continue;
    if (start > at) found.push({ text: text.slice(at, start), mark: null });
    found.push({ text: text.slice(start, end), mark });
    at = end;
  }
  if (at < text.length) found.push({ text: text.slice(at), mark: null });
  return found;
}

export interface Slotted {
  text: string;
  slot: boolean;
}

/** A rewrite cut at its open places: `[add: what changed]` becomes a slot with the text `what changed`. */
export function slots(text: string): Slotted[] {
  const found: Slotted[] = [];
  let at = 0;
  for (const match of text.matchAll(/\[add:\s*([^\]]*)\]/gi)) {
    if (match.index > at) found.push({ text: text.slice(at, match.index), slot: false });
    found.push({ text: (match[1] ?? '').trim(), slot: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ text: text.slice(at), slot: false });
  return found;
}
