/** When a place of a transcript was said. */
import { toIndex } from './code-points';

interface Said {
  text: string;
  words?: readonly { w: string; start_s: number; end_s: number }[] | null;
}

export interface Stretch {
  start_s: number;
  end_s: number;
}

/** The time from the first to the last word of `text[char_start:char_end]`; null where the words were not timed. */
export function saidAt({ text, words }: Said, place: { char_start: number; char_end: number }): Stretch | null {
  const from = toIndex(text, place.char_start);
  const until = toIndex(text, place.char_end);
  const said = (words ?? []).filter(wordsWithin(text, from, until));
  const [first, last] = [said[0], said.at(-1)];
  return first && last ? { start_s: first.start_s, end_s: last.end_s } : null;
}

/** Whether a word lies in `text[from:until]`; to be asked of all words in their order. */
function wordsWithin(text: string, from: number, until: number) {
  let at = 0;
  return ({ w }: { w: string }): boolean => {
    const here = text.indexOf(w, at);
    if (here < 0) return false;
    at = here + w.length;
    return at > from && here < until;
  };
}
