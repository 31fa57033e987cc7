import { expect, it } from 'vitest';
import { saidAt } from './said-at';

const words = ['So', 'I', 'moved', 'the', 'joins.', 'It', 'took', '20', 'minutes.'].map((w, n) => ({ w, start_s: n, end_s: n + 0.5, p: 1 }));
const text = words.map((word) => word.w).join(' ');
const place = (quote: string) => ({ char_start: text.indexOf(quote), char_end: text.indexOf(quote) + quote.length });

it('finds when a quote was said', () => {
  expect(saidAt({ text, words }, place('I moved the joins.'))).toEqual({ start_s: 1, end_s: 4.5 });
  expect(saidAt({ text, words }, place('20 minutes'))).toEqual({ start_s: 7, end_s: 8.5 });
});

it('knows nothing of a typed answer', () => {
  expect(saidAt({ text, words: [] }, place('joins'))).toBeNull();
});
