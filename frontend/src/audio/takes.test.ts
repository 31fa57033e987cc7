import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { forgetTakes, keepTake, onTakes, soundOf } from './takes';

const revoked: string[] = [];
let made = 0;

beforeEach(() => {
  made = 0;
  revoked.length = 0;
  URL.createObjectURL = () => `blob:${(made += 1)}`;
  URL.revokeObjectURL = (url) => void revoked.push(url);
});

afterEach(forgetTakes);

const sound = (bytes: number) => ({ size: bytes }) as Blob;

it('keeps each turn its recording, the newest where it is given twice', () => {
  keepTake('a', sound(10));
  keepTake('b', sound(10));
  keepTake('a', sound(10));
  expect([soundOf('a'), soundOf('b'), soundOf('c')]).toEqual(['blob:3', 'blob:2', null]);
  expect(revoked).toEqual(['blob:1']);
});

it('lets the oldest go when they grow too many, never the newest', () => {
  const large = 50 * 1024 * 1024;
  keepTake('a', sound(large));
  keepTake('b', sound(large));
  expect([soundOf('a'), soundOf('b')]).toEqual([null, 'blob:2']);
  keepTake('c', sound(3 * large));
  expect([soundOf('b'), soundOf('c')]).toEqual([null, 'blob:3']);
});

it('forgets all, and says so', () => {
  const told = vi.fn();
  const off = onTakes(told);
  keepTake('a', sound(10));
  forgetTakes();
  expect(told).toHaveBeenCalledTimes(2);
  expect(soundOf('a')).toBeNull();
  expect(revoked).toEqual(['blob:1']);
  off();
  keepTake('b', sound(10));
  expect(told).toHaveBeenCalledTimes(2);
});
