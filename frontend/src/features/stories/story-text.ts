/** What can be said of a story's text while it is being written. */
import { slots } from '../../text/marks';

const WORDS_A_MINUTE = 150;

export interface Measures {
  words: number;
  seconds: number;
  open: number;
}

/** Words, the seconds they take at 150 words a minute, and places still to fill. */
export function measure(text: string): Measures {
  const pieces = slots(text);
  const told = pieces.filter((piece) => !piece.slot).map((piece) => piece.text);
  const words = told.join(' ').match(/[\p{L}\p{N}]+(?:['’.\-&/][\p{L}\p{N}]+)*/gu)?.length ?? 0;
  return { words, seconds: Math.round((words * 60) / WORDS_A_MINUTE), open: pieces.filter((piece) => piece.slot).length };
}

/** `a, b,, A` -> `[a, b]`. */
export function tagsOf(text: string): string[] {
  const found = new Map<string, string>();
  for (const tag of text.split(',').map((piece) => piece.trim())) {
    if (tag && !found.has(tag.toLowerCase())) found.set(tag.toLowerCase(), tag);
  }
  return [...found.values()];
}
