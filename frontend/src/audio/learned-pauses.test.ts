// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { LearnedPauses } from './learned-pauses';

function memory(start: number[] = []) {
  const kept = { pauses: start as readonly number[], read: () => kept.pauses, write: (pauses: readonly number[]) => void (kept.pauses = pauses) };
  return kept;
}
const after = (...pauses: number[]) => {
  const learned = new LearnedPauses(memory());
  for (const ms of pauses) learned.add(ms);
  return learned.patienceMs;
};

describe('the pauses of a candidate', () => {
  it('say nothing while there are few', () => expect(after(900, 900, 900, 900)).toBeNull());
  it('shorten the wait of somebody who never pauses long', () => expect(after(300, 350, 400, 300, 320, 410)).toBe(800));
  it('lengthen it for somebody who thinks in between', () => expect(after(400, 1500, 1400, 600, 1600, 1500)).toBe(2000));
  it('never make it longer than three seconds', () => expect(after(...Array<number>(40).fill(9000))).toBe(3000));
  it('are no pauses when they are gaps between words, or absences', () => expect(after(50, 100, 190, 60_000, 90_000, 11_000)).toBeNull());

  it('are forgotten in time', () => {
    const learned = new LearnedPauses(memory(Array<number>(40).fill(2400)));
    expect(learned.patienceMs).toBe(3000);
    for (let n = 0; n < 40; n += 1) learned.add(300);
    expect(learned.patienceMs).toBe(800);
  });

  it('count for more when "I\'m not done" was pressed', () => {
    const learned = new LearnedPauses(memory(Array<number>(30).fill(400)));
    expect(learned.patienceMs).toBe(800);
    learned.add(2000, true);
    expect(learned.patienceMs).toBe(2500);
  });

  it('are there again at the next visit', () => {
    const kept = memory();
    const learned = new LearnedPauses(kept);
    for (let n = 0; n < 6; n += 1) learned.add(1200);
    expect(new LearnedPauses(kept).patienceMs).toBe(1500);
  });
});
