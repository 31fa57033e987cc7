import { beforeEach, describe, expect, it } from 'vitest';
import { type PlayableClip, PlaybackQueue } from './playback-queue';

/** What the queue needs of an audio element, and a record of what was done with it. */
class FakeAudio extends EventTarget {
  preload = '';
  volume = 1;
  playing = false;
  private source: string | null = null;
  constructor(private readonly refusal: () => Error | null) {
    super();
  }
  get src(): string {
    return this.source ?? '';
  }
  set src(value: string) {
    this.source = value;
    this.playing = false;
  }
  getAttribute(): string | null {
    return this.source;
  }
  removeAttribute(): void {
    this.source = null;
  }
  play(): Promise<void> {
    const refused = this.refusal();
    if (refused) return Promise.reject(refused);
    this.playing = true;
    return Promise.resolve();
  }
  pause(): void {
    this.playing = false;
  }
  end(type = 'ended'): void {
    this.playing = false;
    this.dispatchEvent(new Event(type));
  }
}

let refusal: Error | null;
let elements: FakeAudio[];
let queue: PlaybackQueue;
const clip = (index: number, more: Partial<PlayableClip> = {}): PlayableClip => ({
  index, role: 'feedback', text: `clip ${index}`, mime: 'audio/wav', url: `/clip/${index}`, ...more,
});
const heardNow = () => elements.filter((e) => e.playing).map((e) => e.src);
const over = (type?: string) => elements.find((e) => e.playing)?.end(type);
const settle = () => new Promise((done) => setTimeout(done));

beforeEach(() => {
  refusal = null;
  elements = [];
  queue = new PlaybackQueue(() => {
    const made = new FakeAudio(() => refusal);
    elements.push(made);
    return made as unknown as HTMLAudioElement;
  });
});

describe('the playback queue', () => {
  it('plays clips one after another, the next one loaded before the first is over', () => {
    queue.add('t', clip(0));
    queue.add('t', clip(1));
    expect(heardNow()).toEqual(['/clip/0']);
    expect(elements.map((e) => e.src).sort()).toEqual(['/clip/0', '/clip/1']);
    over();
    expect(heardNow()).toEqual(['/clip/1']);
    expect(queue.getState()).toMatchObject({ status: 'playing', caption: 'clip 1' });
    over();
    expect(queue.getState()).toMatchObject({ status: 'silent', caption: '', role: null });
  });

  it('plays a clip that comes twice once', () => {
    queue.add('t', clip(0));
    queue.add('t', clip(0));
    over();
    expect(heardNow()).toEqual([]);
  });

  it('plays in the order of their numbers, the turns in the order they came', () => {
    queue.add('a', clip(0));
    queue.add('a', clip(2));
    queue.add('a', clip(1));
    queue.add('b', clip(0, { url: '/b/0' }));
    const order: string[] = [];
    for (let at = 0; at < 4; at += 1) {
      order.push(...heardNow());
      over();
    }
    expect(order).toEqual(['/clip/0', '/clip/1', '/clip/2', '/b/0']);
  });

  it('goes on when a clip cannot be played', () => {
    queue.add('t', clip(0));
    queue.add('t', clip(1));
    over('error');
    expect(heardNow()).toEqual(['/clip/1']);
  });

  it('is silent at once when stopped, and what waited is dropped', () => {
    queue.add('t', clip(0));
    queue.add('t', clip(1));
    queue.stop();
    expect(heardNow()).toEqual([]);
    expect(queue.getState().status).toBe('silent');
    elements.forEach((e) => e.end());
    expect(heardNow()).toEqual([]);
  });

  it('can hold its breath, and go on where it was', () => {
    queue.add('t', clip(0));
    queue.hold();
    expect(heardNow()).toEqual([]);
    expect(queue.getState().status).toBe('playing');
    queue.add('t', clip(1));
    expect(heardNow()).toEqual([]);
    queue.release();
    expect(heardNow()).toEqual(['/clip/0']);
    queue.hold();
    queue.stop();
    queue.release();
    expect(heardNow()).toEqual([]);
  });

  it('does not start again with what comes late of a turn that was interrupted', () => {
    queue.add('t', clip(0));
    queue.stop();
    queue.dismiss('t');
    queue.add('t', clip(1, { role: 'question' }));
    expect(heardNow()).toEqual([]);
    queue.replay('question');
    expect(heardNow()).toEqual(['/clip/1']);
    queue.add('u', clip(0, { url: '/u/0' }));
    over();
    expect(heardNow()).toEqual(['/u/0']);
  });

  it('says the question again, and only the question', () => {
    queue.add('t', clip(0));
    queue.add('t', clip(1, { role: 'question' }));
    expect(queue.getState().canReplay).toBe(true);
    queue.stop();
    queue.replay('question');
    expect(heardNow()).toEqual(['/clip/1']);
    over();
    expect(heardNow()).toEqual([]);
  });

  it('waits for a click where the browser wants one', async () => {
    refusal = new DOMException('no', 'NotAllowedError');
    queue.add('t', clip(0));
    await settle();
    expect(queue.getState().status).toBe('blocked');
    queue.add('t', clip(1));
    refusal = null;
    queue.unblock();
    expect(heardNow()).toEqual(['/clip/0']);
    over();
    expect(heardNow()).toEqual(['/clip/1']);
  });

  it('plays nothing while muted, and keeps it to be heard again', () => {
    queue.setMuted(true);
    queue.add('t', clip(0, { role: 'question' }));
    expect(heardNow()).toEqual([]);
    queue.setMuted(false);
    queue.replay();
    expect(heardNow()).toEqual(['/clip/0']);
  });

  it('a replay that is refused after a stop does not start by itself', async () => {
    refusal = new DOMException('no', 'AbortError');
    queue.add('t', clip(0));
    queue.stop();
    await settle();
    expect(queue.getState().status).toBe('silent');
  });

  it('keeps the volume within what an element takes', () => {
    queue.setVolume(7);
    expect(elements.map((e) => e.volume)).toEqual([1, 1]);
    queue.setVolume(-1);
    expect(elements.map((e) => e.volume)).toEqual([0, 0]);
  });

  it('tells its listeners only what is new', () => {
    let told = 0;
    const leave = queue.subscribe(() => (told += 1));
    queue.stop();
    expect(told).toBe(0);
    queue.add('t', clip(0));
    expect(told).toBeGreaterThan(0);
    const before = told;
    leave();
    queue.stop();
    expect(told).toBe(before);
  });

  it('knows nothing any more after a reset', () => {
    queue.add('t', clip(0, { role: 'question' }));
    queue.reset();
    expect(queue.getState()).toEqual({ status: 'silent', caption: '', role: null, canReplay: false });
    queue.add('t', clip(0));
    expect(heardNow()).toEqual(['/clip/0']);
  });
});
