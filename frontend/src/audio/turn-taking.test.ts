// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { FRAME_MS } from './pcm-format';
import { type Move, pauseFor, type Situation, TurnTaking } from './turn-taking';

const SETTINGS = { endOfTurnMs: 1500, minSpeechMs: 300, interruptMs: 300 };
const UNJUDGED = { complete: null, learnedMs: null, joining: false };
const MINE: Situation = { listening: true, ending: 'finished', ...UNJUDGED };
const COACH: Situation = { listening: false, ending: 'unknown', ...UNJUDGED };

/** Play `[probability, milliseconds]` pieces; moves with the time at which they came. */
function play(machine: TurnTaking, situation: Situation, ...pieces: [number, number][]) {
  const moves: { move: Move; at: number }[] = [];
  let at = 0;
  for (const [probability, ms] of pieces) {
    for (let passed = 0; passed < ms; passed += FRAME_MS) {
      at += FRAME_MS;
      const move = machine.frame(probability, situation);
      if (move) moves.push({ move, at });
    }
  }
  return moves;
}
const names = (moves: { move: Move }[]) => moves.map(({ move }) => move);
const fresh = () => new TurnTaking(SETTINGS);

describe('an answer', () => {
  it('begins with speech and ends with the pause after it', () => {
    const moves = play(fresh(), MINE, [0.1, 2000], [0.9, 6000], [0.05, 3000]);
    expect(names(moves)).toEqual(['onset', 'pause', 'end']);
    expect(moves[0]?.at).toBeLessThan(2000 + 150);
    expect(moves[2]?.at).toBeGreaterThanOrEqual(8000 + 1500);
    expect(moves[2]?.at).toBeLessThan(8000 + 1700);
  });

  it('goes on after a pause that was short enough', () => {
    const moves = play(fresh(), MINE, [0.9, 6000], [0.05, 1300], [0.9, 2000], [0.05, 1000]);
    expect(names(moves)).toEqual(['onset', 'pause', 'again', 'pause']);
  });

  it('is not ended by the breath between two words', () => {
    expect(names(play(fresh(), MINE, [0.9, 3000], [0.05, 150], [0.9, 3000]))).toEqual(['onset']);
  });

  it('is not begun by a click', () => {
    expect(play(fresh(), MINE, [0.1, 500], [0.9, 64], [0.1, 3000])).toEqual([]);
  });

  it('is none when hardly anything was said', () => {
    expect(names(play(fresh(), MINE, [0.9, 128], [0.05, 3000]))).toEqual(['onset', 'pause', 'nothing']);
  });

  it('waits at least 4 seconds after an unfinished clause', () => {
    const moves = play(fresh(), { ...MINE, ending: 'unfinished' }, [0.9, 6000], [0.05, 6000]);
    expect(moves.at(-1)?.move).toBe('end');
    expect(moves.at(-1)?.at).toBeGreaterThanOrEqual(10_000);
  });

  it('counts down where it can be seen', () => {
    const machine = fresh();
    play(machine, MINE, [0.9, 6000]);
    expect(machine.countdown).toBeNull();
    play(machine, MINE, [0.05, 500]);
    expect(machine.countdown).toBeNull();
    play(machine, MINE, [0.05, 500]);
    expect(machine.countdown?.ofMs).toBe(1500);
    expect(machine.countdown?.leftMs).toBeCloseTo(500, -2);
  });

  it('goes on for as long as it takes after "I\'m not done"', () => {
    const machine = fresh();
    play(machine, MINE, [0.9, 6000], [0.05, 1000]);
    machine.notDone();
    expect(machine.countdown).toBeNull();
    expect(names(play(machine, MINE, [0.05, 20_000], [0.9, 3000], [0.05, 2000]))).toEqual(['again', 'pause', 'end']);
  });

  it('goes on when the coach would be allowed to speak', () => {
    const machine = fresh();
    play(machine, MINE, [0.9, 3000]);
    expect(machine.taking).toBe(true);
    expect(names(play(machine, { ...COACH, ending: 'finished' }, [0.9, 3000], [0.05, 2000]))).toEqual(['pause', 'end']);
  });
});

describe('speaking over the coach', () => {
  it('silences it after 300 ms and takes the word soon after', () => {
    const machine = fresh();
    const moves = play(machine, COACH, [0.1, 320], [0.9, 1000]);
    expect(names(moves)).toEqual(['hold', 'interrupt']);
    expect(moves[0]?.at).toBeLessThanOrEqual(320 + 330);
    expect(machine.taking).toBe(true);
  });

  it('with a "mm-hm" only makes it wait', () => {
    expect(names(play(fresh(), COACH, [0.9, 400], [0.05, 500], [0.9, 400], [0.05, 500]))).toEqual(['hold', 'resume', 'hold', 'resume']);
  });

  it('with a cough does nothing', () => {
    expect(play(fresh(), COACH, [0.9, 200], [0.05, 500])).toEqual([]);
  });

  it('needs more than what is left of its own echo', () => {
    expect(play(fresh(), COACH, [0.6, 3000])).toEqual([]);
    expect(names(play(fresh(), MINE, [0.6, 3000]))).toEqual(['onset']);
  });

  it('is the onset when the coach ends just then', () => {
    const machine = fresh();
    expect(names(play(machine, COACH, [0.9, 400]))).toEqual(['hold']);
    expect(names(play(machine, MINE, [0.9, 400]))).toEqual(['onset']);
  });
});

describe('going on after the end', () => {
  const joining = { ...COACH, joining: true };

  it('is the same answer', () => expect(names(play(fresh(), joining, [0.1, 500], [0.9, 400]))).toEqual(['onset']));
  it('takes more than a breath or a click', () => expect(play(fresh(), joining, [0.9, 200], [0.05, 1000])).toEqual([]));
  it('takes more than the echo of the coach', () => expect(play(fresh(), joining, [0.6, 1500])).toEqual([]));
});

describe('the pauses it tells of', () => {
  it('are those after which the answer went on', () => {
    const machine = fresh();
    play(machine, MINE, [0.9, 6000], [0.05, 992], [0.9, 2000]);
    expect(machine.lastPause.ms).toBeCloseTo(992, -2);
    expect(machine.lastPause.pressed).toBe(false);
    play(machine, MINE, [0.05, 800]);
    machine.notDone();
    play(machine, MINE, [0.05, 4000], [0.9, 2000]);
    expect(machine.lastPause.ms).toBeCloseTo(4800, -2);
    expect(machine.lastPause.pressed).toBe(true);
  });
});

describe('the pause that ends an answer', () => {
  const wait = (ending: Situation['ending'], spokenMs: number, more: Partial<Situation> = {}) => pauseFor({ ...UNJUDGED, ending, ...more }, spokenMs, SETTINGS);

  it.each([
    ['finished', 9000, 1500],
    ['unknown', 9000, 2500],
    ['unfinished', 9000, 4000],
    ['finished', 1000, 2500],
    ['unfinished', 1000, 4000],
  ] as const)('after %s speech of %i ms is %i ms, where nothing else is known', (ending, spoken, pause) => expect(wait(ending, spoken)).toBe(pause));

  it('is short where the words and the voice say that it is over', () => {
    expect(wait('finished', 9000, { complete: 0.9 })).toBe(1000);
    expect(wait('finished', 9000, { complete: 0.4 })).toBe(1500);
  });

  it('is long where the voice says that more will come', () => {
    expect(wait('finished', 9000, { complete: 0.05 })).toBe(3000);
    expect(wait('unknown', 9000, { complete: 0.05 })).toBe(3000);
  });

  it.each([0, 0.5, 1, null])('is at least 4 seconds after an unfinished clause, whatever the voice says (%s)', (complete) => {
    for (const learnedMs of [null, 800, 3000]) expect(wait('unfinished', 20_000, { complete, learnedMs })).toBeGreaterThanOrEqual(4000);
  });

  it("follows the candidate's own pauses", () => {
    expect(wait('finished', 9000, { complete: 0.9, learnedMs: 800 })).toBe(800);
    expect(wait('finished', 9000, { complete: 0.9, learnedMs: 2200 })).toBe(2200);
    expect(wait('finished', 9000, { learnedMs: 2200 })).toBe(2200);
    expect(wait('unknown', 9000, { learnedMs: 2900 })).toBe(2900);
  });

  it('is not shortened by short pauses alone, without anybody who says that it is over', () => {
    expect(wait('finished', 9000, { learnedMs: 800 })).toBe(1500);
  });

  it('becomes shorter while it lasts, when it is judged again', () => {
    const machine = fresh();
    play(machine, { ...MINE, complete: 0.1 }, [0.9, 6000], [0.05, 800]);
    expect(machine.countdown?.ofMs).toBe(3000);
    const moves = play(machine, { ...MINE, complete: 0.8 }, [0.05, 400]);
    expect(names(moves)).toEqual(['end']);
  });

  it('is never shorter than the server wants it', () => {
    expect(pauseFor({ ...UNJUDGED, ending: 'unfinished' }, 9000, { ...SETTINGS, endOfTurnMs: 6000 })).toBe(6000);
  });
});
