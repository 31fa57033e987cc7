import { describe, expect, it } from 'vitest';
import { pieces, slots } from './marks';

const mark = (start: number, end: number, kind = 'quote') => ({ start, end, kind });
const shown = (text: string, marks: { start: number; end: number; kind: string }[]) =>
  pieces(text, marks)
    .map((piece) => (piece.mark ? `[${piece.text}]` : piece.text))
    .join('');

describe('marks in a text', () => {
  it.each([
    ['in the middle', 'one two three', [mark(4, 7)], 'one [two] three'],
    ['at both ends, in any order', 'one two three', [mark(8, 13), mark(0, 3)], '[one] two [three]'],
    ['side by side', 'onetwo', [mark(0, 3), mark(3, 6)], '[one][two]'],
    ['beyond the end', 'one', [mark(1, 99)], 'o[ne]'],
    ['empty or upside down', 'one', [mark(1, 1), mark(2, 1)], 'one'],
    ['after an emoji, counted in characters', 'a😀 bc', [mark(3, 5)], 'a😀 [bc]'],
    ['the longer of two from the same place', 'one two', [mark(0, 3), mark(0, 7)], '[one two]'],
    ['overlapping: the first wins', 'one two three', [mark(0, 7), mark(4, 13)], '[one two] three'],
  ])('%s', (_name, text, marks, expected) => expect(shown(text, marks)).toBe(expected));

  it('never loses or doubles a character', () => {
    const text = 'Émile said “um, 5 €” — 😀 done';
    for (let start = 0; start < 30; start += 3) {
      const joined = pieces(text, [mark(start, start + 7), mark(start + 4, start + 12)]).map((piece) => piece.text).join('');
      expect(joined).toBe(text);
    }
  });
});

describe('open places of a rewrite', () => {
  it('become slots with their hint', () => {
    expect(slots('I moved it. [add: what changed] Then [ADD:who thanked you].')).toEqual([
      { text: 'I moved it. ', slot: false },
      { text: 'what changed', slot: true },
      { text: ' Then ', slot: false },
      { text: 'who thanked you', slot: true },
      { text: '.', slot: false },
    ]);
  });

  it('leaves other brackets and open ones alone', () => {
    expect(slots('[sic] and [add: never closed')).toEqual([{ text: '[sic] and [add: never closed', slot: false }]);
    expect(slots('')).toEqual([]);
  });
});
