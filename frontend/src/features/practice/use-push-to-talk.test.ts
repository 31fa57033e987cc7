import { beforeEach, describe, expect, it } from 'vitest';
import { pushToTalk, TAP_MS } from './use-push-to-talk';

let now: number;
let on: boolean;
let log: string[];
let talk: ReturnType<typeof pushToTalk>;

const use = (enabled = true) =>
  talk.use({
    start: () => {
      log.push('start');
      on = true;
    },
    stop: () => {
      log.push('stop');
      on = false;
    },
    isOn: () => on,
    enabled,
  });
const press = (ms: number) => {
  talk.press();
  now += ms;
  talk.release();
};

beforeEach(() => {
  now = 0;
  on = false;
  log = [];
  talk = pushToTalk(() => now);
  use();
});

describe('push to talk', () => {
  it('holding talks until it is let go', () => {
    press(TAP_MS + 2000);
    expect(log).toEqual(['start', 'stop']);
  });

  it('a tap starts, the next one stops', () => {
    press(80);
    expect(on).toBe(true);
    press(80);
    expect(log).toEqual(['start', 'stop']);
  });

  it('a long second press stops too, once', () => {
    press(80);
    press(3000);
    expect(log).toEqual(['start', 'stop']);
  });

  it('a key that repeats is one press', () => {
    talk.press();
    talk.press();
    now += 900;
    talk.release();
    talk.release();
    expect(log).toEqual(['start', 'stop']);
  });

  it('does nothing while no answer is wanted', () => {
    use(false);
    press(900);
    talk.click();
    expect(log).toEqual([]);
  });

  it('a press from before an answer was wanted does not start one when it is let go', () => {
    use(false);
    talk.press();
    use(true);
    now += 900;
    talk.release();
    expect(log).toEqual([]);
  });

  it('a click of assistive technology is a switch', () => {
    talk.click();
    talk.click();
    expect(log).toEqual(['start', 'stop']);
  });

  it('losing the window keeps the recording; a tap then stops it', () => {
    talk.press();
    talk.lose();
    talk.release();
    expect(on).toBe(true);
    press(50);
    expect(log).toEqual(['start', 'stop']);
  });
});
