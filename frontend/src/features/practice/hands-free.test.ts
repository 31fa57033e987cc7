import { beforeEach, describe, expect, it } from 'vitest';
import type { EarsListener } from '../../audio/ears';
import { FRAME_MS, FRAME_SAMPLES } from '../../audio/pcm-format';
import { LearnedPauses } from '../../audio/learned-pauses';
import { MicrophoneError } from '../../audio/recorder';
import { HandsFree } from './hands-free';
import type { Spoken } from './use-recorder';

let ears: EarsListener | null;
let closed: number;
let log: string[];
let answers: Spoken[];
let uploads: { bytes: number; pieces: number; cancelled: boolean; tell: (text: string) => void; judge: (complete: number, atS: number, textUntilS?: number) => void }[];
let kept: readonly number[];
let slow: Promise<void> | null;
let refusal: Error | null;
let it_: HandsFree;

const settings = { endOfTurnMs: 1500, minSpeechMs: 300, interruptMs: 300, maxSeconds: 60 };
const settle = () => new Promise((done) => setTimeout(done));
const wants = (listening: boolean, coachSpeaks = false) =>
  it_.use(
    { onAnswer: (spoken) => answers.push(spoken), onContinue: () => log.push('continue'), onInterrupt: () => log.push('interrupt'), onHold: () => log.push('hold'), onResume: () => log.push('resume') },
    listening,
    coachSpeaks,
  );
const hear = (probability: number, ms: number) => {
  for (let passed = 0; passed < ms; passed += FRAME_MS) ears?.onFrame(new Float32Array(FRAME_SAMPLES).fill(probability > 0.5 ? 0.3 : 0.001), probability);
};

beforeEach(async () => {
  ears = null;
  closed = 0;
  log = [];
  answers = [];
  uploads = [];
  refusal = null;
  kept = [];
  slow = null;
  it_ = new HandsFree(settings, {
    openEars: async (listener) => {
      if (refusal) throw refusal;
      ears = listener;
      return { close: () => void (closed += 1) };
    },
    learned: new LearnedPauses({ read: () => kept, write: (pauses) => void (kept = pauses) }),
    openUpload: ({ onPartial, onPause }) => {
      const upload = {
        bytes: 0,
        pieces: 0,
        cancelled: false,
        tell: (text: string) => onPartial({ text, stableChars: 0 }),
        judge: (complete: number, atS: number, textUntilS = atS) => onPause({ complete, atS, textUntilS }),
      };
      uploads.push(upload);
      return {
        push: (bytes: Uint8Array) => void (upload.bytes += bytes.length),
        hurry: () => void (upload.pieces += 1),
        finish: async () => {
          await slow;
          return { recordingId: 'r', chunks: 1 };
        },
        cancel: () => void (upload.cancelled = true),
      };
    },
  });
  wants(true);
  await it_.start();
});

describe('listening without hands', () => {
  it('makes an answer of what was said between two silences', async () => {
    hear(0.05, 3000);
    hear(0.9, 5000);
    uploads[0]?.tell('I moved the joins.');
    hear(0.05, 3000);
    await settle();
    expect(answers).toHaveLength(1);
    expect(answers[0]?.seconds).toBeGreaterThan(6.4);
    expect(answers[0]?.seconds).toBeLessThan(7.2);
    expect(answers[0]).toMatchObject({ live: { recordingId: 'r' }, partial: 'I moved the joins.', framed: true });
    expect(it_.getState().phase).toBe('waiting');
  });

  it('loses nothing of the first word', () => {
    hear(0.05, 3000);
    hear(0.9, 96);
    expect(uploads[0]?.bytes).toBeGreaterThanOrEqual((500 / 1000) * 16_000 * 2);
  });

  it('sends every frame once', async () => {
    hear(0.9, 5000);
    hear(0.05, 1000);
    const sent = uploads[0]?.bytes ?? 0;
    void it_.send();
    await settle();
    expect((answers[0]?.blob.size ?? 0) - 44).toBe(sent);
  });

  it('sends nothing before somebody speaks', () => {
    hear(0.05, 5000);
    expect(uploads).toEqual([]);
  });

  it('shows how the pause runs out, and forgets it on "I\'m not done"', async () => {
    hear(0.9, 5000);
    uploads[0]?.tell('I moved the joins.');
    hear(0.05, 1000);
    expect(it_.getState()).toMatchObject({ phase: 'pausing', countdown: { ofMs: 1500 } });
    it_.notDone();
    hear(0.05, 20_000);
    await settle();
    expect(it_.getState()).toMatchObject({ phase: 'hearing', countdown: null, patient: true });
    expect(answers).toEqual([]);
    hear(0.9, 500);
    expect(it_.getState().patient).toBe(false);
  });

  it('gives more time after an unfinished clause', async () => {
    hear(0.9, 5000);
    uploads[0]?.tell('I moved the joins, and');
    hear(0.05, 3500);
    await settle();
    expect(answers).toEqual([]);
    hear(0.05, 700);
    await settle();
    expect(answers).toHaveLength(1);
  });

  it('drops a noise that was no answer', async () => {
    hear(0.9, 130);
    hear(0.05, 3000);
    await settle();
    expect(answers).toEqual([]);
    expect(uploads[0]?.cancelled).toBe(true);
    expect(it_.getState().phase).toBe('waiting');
  });

  it('sends what is there when the time is up', async () => {
    hear(0.9, 61_000);
    await settle();
    expect(answers).toHaveLength(1);
  });
});

describe('what the server makes of a pause', () => {
  beforeEach(() => {
    hear(0.05, 1000);
    hear(0.9, 6000);
  });
  const now = () => it_.seconds();

  it('ends it early where it sounds over', async () => {
    hear(0.05, 600);
    uploads[0]?.tell('I moved the joins.');
    uploads[0]?.judge(0.9, now());
    hear(0.05, 600);
    await settle();
    expect(answers).toHaveLength(1);
  });

  it('is asked for in small pieces of sound', () => {
    const before = uploads[0]?.pieces ?? 0;
    hear(0.05, 1200);
    expect((uploads[0]?.pieces ?? 0) - before).toBeGreaterThanOrEqual(4);
    expect(before).toBe(0);
  });

  it('says nothing about the next one', async () => {
    hear(0.05, 500);
    uploads[0]?.judge(0.9, now());
    hear(0.9, 2000);
    uploads[0]?.tell('I moved the joins.');
    hear(0.05, 1300);
    await settle();
    expect(answers).toEqual([]);
  });

  it('does not make an older text speak for it', async () => {
    uploads[0]?.tell('I moved the joins.');
    hear(0.05, 600);
    uploads[0]?.judge(0.9, now(), 2);
    hear(0.05, 1500);
    await settle();
    expect(answers).toEqual([]);
    uploads[0]?.judge(0.9, now());
    hear(0.05, 64);
    await settle();
    expect(answers).toHaveLength(1);
  });
});

describe('the pauses of a candidate', () => {
  it('are learned when the answer goes on', () => {
    hear(0.9, 5000);
    hear(0.05, 1000);
    hear(0.9, 2000);
    expect(kept).toHaveLength(1);
    expect(kept[0]).toBeCloseTo(1000, -2);
  });

  it('are not those after an unfinished clause, unless "I\'m not done" was pressed', () => {
    hear(0.9, 5000);
    uploads[0]?.tell('I moved the joins, and');
    hear(0.05, 2500);
    hear(0.9, 2000);
    expect(kept).toEqual([]);
    hear(0.05, 2500);
    it_.notDone();
    hear(0.9, 2000);
    expect(kept.length).toBeGreaterThan(1);
  });
});

describe('an answer that goes on after its end', () => {
  const finish = async () => {
    hear(0.05, 1000);
    hear(0.9, 6000);
    uploads[0]?.tell('I moved the joins.');
    hear(0.05, 1700);
    wants(false);
    await settle();
    expect(answers).toHaveLength(1);
  };

  it('is one answer, with every sample of it', async () => {
    await finish();
    hear(0.05, 800);
    hear(0.9, 3000);
    expect(log).toEqual(['continue']);
    expect(it_.getState().phase).toBe('hearing');
    uploads[1]?.tell('I moved the joins. Then I measured again.');
    hear(0.05, 3000);
    await settle();
    expect(answers).toHaveLength(2);
    expect(answers[1]).toMatchObject({ goesOn: true });
    expect(answers[1]?.seconds).toBeGreaterThan((answers[0]?.seconds ?? 0) + 3.8);
    expect((answers[1]?.blob.size ?? 0) - 44).toBe(uploads[1]?.bytes);
    expect(Math.max(...kept)).toBeGreaterThan(2000);
  });

  it('takes as much as an interruption while the coach speaks already', async () => {
    await finish();
    hear(0.05, 500);
    wants(false, true);
    hear(0.9, 400);
    expect(log).toEqual(['hold']);
    hear(0.9, 300);
    expect(log).toEqual(['hold', 'continue']);
    hear(0.05, 5000);
    await settle();
    expect(answers[1]?.goesOn).toBe(true);
  });

  it('is over when somebody speaks later than that', async () => {
    await finish();
    hear(0.05, 2700);
    hear(0.9, 700);
    expect(log).toEqual(['hold', 'interrupt']);
    hear(0.05, 5000);
    await settle();
    expect(answers[1]?.goesOn).toBeFalsy();
  });

  it('is not begun again by a cough', async () => {
    await finish();
    hear(0.9, 200);
    hear(0.05, 3000);
    expect(log).toEqual([]);
    expect(uploads).toHaveLength(1);
  });

  it('is given once when it was still being sent', async () => {
    let arrived: () => void = () => undefined;
    slow = new Promise((done) => (arrived = done));
    hear(0.9, 6000);
    uploads[0]?.tell('I moved the joins.');
    hear(0.05, 1700);
    hear(0.05, 500);
    hear(0.9, 1000);
    expect(uploads[0]?.cancelled).toBe(true);
    arrived();
    await settle();
    expect(answers).toEqual([]);
    expect(log).toEqual([]);
    hear(0.05, 3000);
    await settle();
    expect(answers).toHaveLength(1);
    expect(answers[0]?.goesOn).toBe(false);
  });

  it('is not one that was sent by hand', async () => {
    hear(0.9, 6000);
    void it_.send();
    await settle();
    hear(0.05, 400);
    hear(0.9, 1000);
    expect(log).toEqual([]);
    expect(uploads).toHaveLength(2);
  });
});

describe('while the coach speaks', () => {
  beforeEach(() => wants(false, true));

  it('is told to wait, then to stop; what was said meanwhile is the start of the answer', () => {
    hear(0.9, 700);
    expect(log).toEqual(['hold', 'interrupt']);
    expect(it_.getState().phase).toBe('hearing');
    expect(uploads[0]?.bytes).toBeGreaterThanOrEqual(0.6 * 16_000 * 2);
  });

  it('goes on after a "mm-hm"', () => {
    hear(0.9, 400);
    hear(0.05, 400);
    expect(log).toEqual(['hold', 'resume']);
    expect(uploads).toEqual([]);
  });
});

describe('the microphone', () => {
  it('is closed when listening ends, and nothing is sent', async () => {
    hear(0.9, 5000);
    it_.stop();
    hear(0.05, 5000);
    await settle();
    expect(closed).toBe(1);
    expect(answers).toEqual([]);
    expect(uploads[0]?.cancelled).toBe(true);
    expect(it_.getState().phase).toBe('off');
  });

  it('that is unplugged leaves the answer as far as it went', async () => {
    hear(0.9, 5000);
    ears?.onLost();
    await settle();
    expect(answers).toHaveLength(1);
    expect(it_.getState().phase).toBe('off');
    expect(it_.getState().problem?.problem).toBe('lost');
  });

  it('that is refused says so', async () => {
    it_.stop();
    refusal = new MicrophoneError('denied');
    await it_.start();
    expect(it_.getState()).toMatchObject({ phase: 'off', problem: { problem: 'denied' } });
  });
});
