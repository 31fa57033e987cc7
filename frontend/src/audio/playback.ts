/** Plays the coach's clips one after another. */
import type { Clip } from '../api/types';

export interface PlaybackState { speaking: boolean; caption: string; blocked: boolean }

export class Playback {
  private queue: Clip[] = [];
  private readonly element = new Audio();
  private current: Clip | null = null;
  volume = 1;
  muted = false;

  constructor(private readonly onChange: (state: PlaybackState) => void) {
    this.element.preload = 'auto';
    this.element.onended = () => this.next();
    this.element.onerror = () => this.next();
  }

  /** Add a clip; it plays when those before it are done. */
  add(clip: Clip): void {
    if (this.muted) return;
    this.queue.push(clip);
    if (!this.current) this.next();
  }

  /** Silent at once; what waits is dropped. */
  stop(): void {
    this.queue = [];
    this.current = null;
    this.element.pause();
    this.element.removeAttribute('src');
    this.onChange({ speaking: false, caption: '', blocked: false });
  }

  private next(): void {
    this.current = this.queue.shift() ?? null;
    if (!this.current) {
      this.onChange({ speaking: false, caption: '', blocked: false });
      return;
    }
    this.element.src = this.current.url;
    this.element.volume = this.volume;
    this.onChange({ speaking: true, caption: this.current.text, blocked: false });
    this.element.play().catch((error: DOMException) => {
      if (error.name === 'NotAllowedError') {
        const waiting = this.current;
        this.current = null;
        if (waiting) this.queue.unshift(waiting);
        this.onChange({ speaking: false, caption: '', blocked: true });
      } else if (error.name !== 'AbortError') this.next();
    });
  }

  /** After a gesture of the person, when the browser had refused to play. */
  unblock(): void {
    if (!this.current) this.next();
  }
}
