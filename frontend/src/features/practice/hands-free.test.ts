import { beforeEach, describe, expect, it } from 'vitest';
import type { EarsListener } from '../../audio/ears';
import { FRAME_MS, FRAME_SAMPLES } from '../../audio/pcm-format';
import { MicrophoneError } from '../../audio/recorder';
import { HandsFree } from './hands-free';
import type { Spoken } from './use-recorder';

let ears: EarsListener | null;
let closed: number;
let log: string[];
let answers: Spoken[];
let uploads: { bytes: number; cancelled: boolean; tell: (text: string) => void }[];
let refusal: Error | null;
let it_: HandsFree;

const settings = { endOfTurnMs: 1500, minSpeechMs: 300, interruptMs: 300, maxSeconds: 60 };
const settle = () => new Promise((done) => setTimeout(done));
const use = (listening: boolean) =>
  it_.use(
    { onAnswer: (spoken) => answers.push(spoken), onInterrupt: () => log.push('interrupt'), onHold: () => log.push('hold'), onResume: () => log.push('resume') },
    listening,
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
  it_ = new HandsFree(settings, {
    openEars: async (listener) => {
      if (refusal) throw refusal;
      ears = listener;
      return { close: () => void (closed += 1) };
    },
    openUpload: (onPartial) => {
      const upload = { bytes: 0, cancelled: false, tell: (text: string) => onPartial({ text, stableChars: 0 }) };
      uploads.push(upload);
      return {
        push: (bytes: Uint8Array) => void (upload.bytes += bytes.length),
        finish: async () => ({ recordingId: 'r', chunks: 1 }),
        cancel: () => void (upload.cancelled = true),
      };
    },
  });
  use(true);
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
    expect(it_.getState()).toMatchObject({ phase: 'hearing', countdown: null });
    expect(answers).toEqual([]);
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

describe('while the coach speaks', () => {
  beforeEach(() => use(false));

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
