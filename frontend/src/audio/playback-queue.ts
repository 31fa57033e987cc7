/** Plays the coach's clips one after another, the next one loading while one is heard. */

export interface PlayableClip {
  index: number;
  role: 'feedback' | 'question';
  text: string;
  mime: string;
  url?: string | null;
  data?: string | null;
}

export interface PlaybackState {
  /** `blocked`: the browser wants a click before it plays sound. */
  status: 'silent' | 'playing' | 'blocked';
  /** What is being said. */
  caption: string;
  role: 'feedback' | 'question' | null;
  /** Whether there is a question to hear again. */
  canReplay: boolean;
}

const SILENT: PlaybackState = { status: 'silent', caption: '', role: null, canReplay: false };

interface Entry {
  group: string;
  clip: PlayableClip;
}

/**
 * Two audio elements take turns, so that the next clip is loaded when one ends. A clip is known by its group (the turn)
 * and index: one that comes twice is played once. Muted clips stay in memory, so that they can be heard again.
 */
export class PlaybackQueue {
  private readonly elements: [HTMLAudioElement, HTMLAudioElement];
  private turn: 0 | 1 = 0;
  private waiting: Entry[] = [];
  private current: Entry | null = null;
  private heard: Entry[] = [];
  private readonly known = new Set<string>();
  private readonly listeners = new Set<() => void>();
  private state: PlaybackState = SILENT;
  private muted = false;
  private held = false;
  private readonly dismissed = new Set<string>();
  private readonly objectUrls = new Map<PlayableClip, string>();

  constructor(make: () => HTMLAudioElement = hiddenAudio) {
    this.elements = [make(), make()];
    for (const element of this.elements) {
      element.addEventListener('ended', () => this.after(element));
      element.addEventListener('error', () => this.after(element));
    }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly getState = (): PlaybackState => this.state;

  /** Add a clip of `group`; it plays when those before it are done. */
  add(group: string, clip: PlayableClip): void {
    const key = `${group}:${clip.index}`;
    if (this.known.has(key)) return;
    this.known.add(key);
    const entry = { group, clip };
    if (this.heard[0] && this.heard[0].group !== group) this.heard = [];
    this.heard = inOrder([...this.heard, entry]);
    if (this.muted || this.dismissed.has(group)) {
      this.publish({});
      return;
    }
    this.waiting = inOrder([...this.waiting, entry]);
    if (this.current) this.preload();
    else if (this.state.status !== 'blocked') this.next();
    this.publish({});
  }

  /** Silent at once; what waits is dropped, and can be heard again with `replay`. */
  stop(): void {
    this.waiting = [];
    this.current = null;
    this.held = false;
    for (const element of this.elements) silence(element);
    this.publish({ status: 'silent', caption: '', role: null });
  }

  /** What still comes of `group` is not played, only kept to be heard again: somebody has taken the word. */
  dismiss(group: string): void {
    this.dismissed.add(group);
  }

  /** Silent at once, but where it was is kept: somebody may be about to speak. */
  hold(): void {
    if (!this.current || this.held) return;
    this.held = true;
    this.elements[this.turn].pause();
  }

  /** Go on where `hold` stopped: it was nothing. */
  release(): void {
    if (!this.held) return;
    this.held = false;
    const entry = this.current;
    if (entry) this.elements[this.turn].play().catch((error: unknown) => this.refused(entry, error));
  }

  /** Say the last thing again: all clips of the last group, or only those of the question. */
  replay(role?: 'feedback' | 'question'): void {
    const again = role ? this.heard.filter((entry) => entry.clip.role === role) : this.heard;
    this.stop();
    this.waiting = [...again];
    this.next();
  }

  setMuted(muted: boolean): void {
    this.muted = muted;
    if (muted) this.stop();
  }

  setVolume(volume: number): void {
    for (const element of this.elements) element.volume = Math.min(1, Math.max(0, volume));
  }

  /** Faster (above 1) or slower than it was recorded, at the same pitch. */
  setRate(rate: number): void {
    for (const element of this.elements) {
      element.defaultPlaybackRate = rate; // what a new source begins with
      element.playbackRate = rate;
    }
  }

  /** After a click or key of the person, where the browser had refused to play. */
  unblock(): void {
    if (this.state.status === 'blocked') this.next();
  }

  /** Forget everything, as when another interview begins. */
  reset(): void {
    this.stop();
    this.heard = [];
    this.known.clear();
    this.dismissed.clear();
    for (const url of this.objectUrls.values()) URL.revokeObjectURL(url);
    this.objectUrls.clear();
    this.publish({});
  }

  private after(element: HTMLAudioElement): void {
    if (element === this.elements[this.turn] && this.current) this.next();
  }

  private next(): void {
    const entry = this.waiting.shift() ?? null;
    this.current = entry;
    if (!entry) {
      this.publish({ status: 'silent', caption: '', role: null });
      return;
    }
    this.turn = this.turn === 0 ? 1 : 0;
    const element = this.elements[this.turn];
    this.load(element, entry.clip);
    this.publish({ status: 'playing', caption: entry.clip.text, role: entry.clip.role });
    element.play().catch((error: unknown) => this.refused(entry, error));
    this.preload();
  }

  private refused(entry: Entry, error: unknown): void {
    if (this.current !== entry) return; // stopped meanwhile
    if (error instanceof DOMException && error.name === 'NotAllowedError') {
      this.waiting.unshift(entry);
      this.current = null;
      this.publish({ status: 'blocked', caption: '', role: null });
    } else if (!(error instanceof DOMException && error.name === 'AbortError')) {
      this.next();
    }
  }

  private preload(): void {
    const coming = this.waiting[0];
    const idle = this.elements[this.turn === 0 ? 1 : 0];
    if (coming) this.load(idle, coming.clip);
  }

  private load(element: HTMLAudioElement, clip: PlayableClip): void {
    const source = this.sourceOf(clip);
    if (element.getAttribute('src') === source) return;
    element.src = source;
    element.preload = 'auto';
  }

  private sourceOf(clip: PlayableClip): string {
    if (clip.url) return clip.url;
    const made = this.objectUrls.get(clip);
    if (made) return made;
    const bytes = Uint8Array.from(atob(clip.data ?? ''), (c) => c.charCodeAt(0));
    const url = URL.createObjectURL(new Blob([bytes], { type: clip.mime }));
    this.objectUrls.set(clip, url);
    return url;
  }

  private publish(change: Partial<PlaybackState>): void {
    const next = { ...this.state, ...change, canReplay: this.heard.some((entry) => entry.clip.role === 'question') };
    const same = (Object.keys(next) as (keyof PlaybackState)[]).every((key) => next[key] === this.state[key]);
    if (same) return;
    this.state = next;
    for (const listener of this.listeners) listener();
  }
}

function inOrder(entries: Entry[]): Entry[] {
  const groups = [...new Set(entries.map((entry) => entry.group))];
  return entries.sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group) || a.clip.index - b.clip.index);
}

function silence(element: HTMLAudioElement): void {
  element.pause();
  element.removeAttribute('src');
}

function hiddenAudio(): HTMLAudioElement {
  const element = document.createElement('audio');
  element.hidden = true;
  document.body.append(element);
  return element;
}
