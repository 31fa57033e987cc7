import { describe, expect, it } from 'vitest';
import { clock, completeSentences, figure, megabytes, percent, plural, quoted, spokenDuration, when, words } from './format';

describe('times', () => {
  it.each([
    [0, '0:00'],
    [59.9, '0:59'],
    [83, '1:23'],
    [600, '10:00'],
    [-4, '0:00'],
  ])('%d seconds on the clock are %s', (seconds, shown) => expect(clock(seconds)).toBe(shown));

  it.each([
    [0, '0 seconds'],
    [1, '1 second'],
    [60, '1 minute'],
    [83, '1 minute 23 seconds'],
    [121, '2 minutes 1 second'],
  ])('%d seconds are read as %s', (seconds, read) => expect(spokenDuration(seconds)).toBe(read));

  it('names today and yesterday by the calendar, not by 24 hours', () => {
    const now = new Date(2026, 10, 12, 0, 30);
    expect(when(new Date(2026, 10, 12, 0, 5).toISOString(), now)).toMatch(/^Today, /);
    expect(when(new Date(2026, 10, 11, 23, 50).toISOString(), now)).toMatch(/^Yesterday, /);
    expect(when(new Date(2026, 10, 1).toISOString(), now)).toContain('2026');
    expect(when('not a date', now)).toBe('');
  });
});

describe('figures and names', () => {
  it('keeps one decimal, and none that is zero', () => {
    expect([figure(3), figure(3.04), figure(2.66)]).toEqual(['3', '3', '2.7']);
    expect(percent(0.125)).toBe('13 %');
    expect(megabytes(5 * 1024 * 1024)).toBe('5 MB');
  });

  it('makes words of names and counts', () => {
    expect(words('technical_accuracy')).toBe('Technical accuracy');
    expect(words('')).toBe('');
    expect([plural(1, 'answer'), plural(0, 'answer'), plural(2, 'sentence was', 'sentences were')]).toEqual(['1 answer', '0 answers', '2 sentences were']);
  });
});

describe('complete sentences of a growing text', () => {
  it('gives only what is surely over, and how far that reaches', () => {
    const text = 'It has a result. “Is it new?” It was the';
    const { sentences, length } = completeSentences(text);
    expect(sentences).toEqual(['It has a result.', '“Is it new?”']);
    expect(text.slice(length)).toBe(' It was the');
  });

  it('does not take a figure for the end of a sentence', () => {
    expect(completeSentences('It fell by 3.5 percent').sentences).toEqual([]);
    expect(completeSentences('').length).toBe(0);
  });

  it('reads each sentence once when the text comes in pieces', () => {
    const read: string[] = [];
    let done = 0;
    let text = '';
    for (const piece of ['One', '. Two', '. Thr', 'ee! ', 'Four']) {
      text += piece;
      const { sentences, length } = completeSentences(text.slice(done));
      done += length;
      read.push(...sentences);
    }
    expect(read).toEqual(['One.', 'Two.', 'Three!']);
    expect(text.slice(done).trim()).toBe('Four');
  });
});

it('a quotation in a quotation gets single marks', () => expect(quoted('One line is: “Led a team.”')).toBe('“One line is: ‘Led a team.’”'));
