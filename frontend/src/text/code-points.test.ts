import { describe, expect, it } from 'vitest';
import { applyDelta, lengthOf, slice, toIndex } from './code-points';

describe('offsets in characters', () => {
  it.each([
    ['abc', 2, 2],
    ['a😀c', 2, 3],
    ['a😀c', 9, 4],
    ['a😀c', -1, 0],
  ])('%j at %i', (text, offset, index) => expect(toIndex(text, offset)).toBe(index));

  it('counts and cuts by characters', () => {
    expect(lengthOf('a😀c')).toBe(3);
    expect(slice('a😀c', 1, 2)).toBe('😀');
  });
});

describe('a growing text', () => {
  it('takes each piece once, and only at its place', () => {
    const once = applyDelta('a😀', { text: ' b', offset: 2 });
    expect(once).toBe('a😀 b');
    expect(applyDelta(once, { text: ' b', offset: 2 })).toBe(once);
    expect(applyDelta(once, { text: 'x', offset: 9 })).toBe(once);
  });
});
