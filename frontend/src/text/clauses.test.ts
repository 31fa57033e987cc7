// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { endingOf } from './clauses';

describe('the end of what is being said', () => {
  it.each([
    ['I moved the joins into the view.', 'finished'],
    ['Is that what you mean?', 'finished'],
    ['That is what it was.', 'finished'],
    ['That is what it was', 'unfinished'],
    ['She said “it works.”', 'finished'],
    ['それは去年のことです。', 'finished'],
    ['I moved the joins, and', 'unfinished'],
    ['I moved the joins because.', 'unfinished'],
    ['I moved the joins,', 'unfinished'],
    ['So what I did was...', 'unfinished'],
    ['and then, um', 'unfinished'],
    ['The thing is, it’s', 'unfinished'],
    ['I moved the joins', 'unknown'],
    ['', 'unknown'],
    ['   ', 'unknown'],
  ])('%j is %s', (text, ending) => expect(endingOf(text)).toBe(ending));
});
