/** Finds what is being said in a text that is shown. */
import { lengthOf } from './code-points';
import type { Mark } from './marks';

/**
 * The places of `text` that `caption` says, in characters: the caption where it stands as a whole, else every sentence of
 * the text that the caption contains. Spaces at its ends do not matter. None where nothing is said.
 */
export function spokenPlaces(text: string, caption: string): Mark<'spoken'>[] {
  const said = caption.trim();
  if (said === '') return [];
  const found = text.indexOf(said);
  if (found >= 0) return [placeOf(text, found, found + said.length)];
  return [...text.matchAll(/[^.!?…\s][^.!?…]*(?:[.!?…]+["'”’)\]]*|$)/gu)]
    .filter((sentence) => sentence[0].trim().length > 3 && said.includes(sentence[0].trim()))
    .map((sentence) => placeOf(text, sentence.index, sentence.index + sentence[0].length));
}

function placeOf(text: string, from: number, to: number): Mark<'spoken'> {
  const start = lengthOf(text.slice(0, from));
  return { start, end: start + lengthOf(text.slice(from, to)), kind: 'spoken' };
}
