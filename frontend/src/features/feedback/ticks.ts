/** The ticks of a self-check on their way to the server: sent after a pause, and kept in this browser until they are there. */
import { tickPoints } from '../../api/calls';
import { ApiError, sentenceOf } from '../../api/client';
import type { SelfCheck } from '../../api/types';

const KEPT = 'interview-helper.ticks';
/** Whoever ticks five points is one request. */
const PAUSE_MS = 600;
/** Waits between tries where the server cannot be reached, in milliseconds; the last one is repeated. */
const AGAIN_MS = [2000, 5000, 15_000, 60_000] as const;

/** `waiting`: not on the server yet, and the page goes on trying. `refused`: the server said no, in a sentence. */
export interface Ticks {
  check: SelfCheck;
  state: 'sending' | 'kept' | 'waiting' | 'refused';
  problem?: string;
}

interface Entry extends Ticks {
  sessionId: string;
}

interface Parts {
  send: (sessionId: string, turnId: string, ticked: readonly string[]) => Promise<SelfCheck>;
  storage: () => Storage;
  pauseMs?: number;
}

export class TickBox {
  private readonly entries = new Map<string, Entry>();
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sending: Promise<void> | null = null;
  private failures = 0;

  constructor(private readonly parts: Parts) {
    for (const [turnId, { sessionId, ticked }] of Object.entries(this.read())) {
      this.entries.set(turnId, { sessionId, check: { ticked }, state: 'waiting' });
    }
    if (this.entries.size > 0) this.later(0);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** What was ticked in this browser since the page was opened, or could not be sent before; null where nothing was. */
  readonly of = (turnId: string | null): Ticks | null => (turnId && this.entries.get(turnId)) || null;

  /** Takes the place of what was ticked before. */
  put(sessionId: string, turnId: string, ticked: readonly string[]): void {
    this.entries.set(turnId, { sessionId, check: { ticked: [...ticked] }, state: 'sending' });
    this.write();
    this.later(this.parts.pauseMs ?? PAUSE_MS);
    this.tell();
  }

  /** The answer was erased. */
  forget(turnId: string): void {
    if (this.entries.delete(turnId)) this.write();
    this.tell();
  }

  /** Send what waits now. Resolves when each was tried once; never throws. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    await this.sending;
    this.sending = this.sendAll();
    await this.sending;
    this.sending = null;
  }

  private async sendAll(): Promise<void> {
    for (const [turnId, entry] of this.entries) {
      if (entry.state === 'kept' || entry.state === 'refused') continue;
      const outcome = await this.attempt(turnId, entry);
      if (this.entries.get(turnId) === entry) this.entries.set(turnId, { ...entry, ...outcome });
      if (outcome.state === 'waiting') break;
    }
    this.write();
    this.tell();
    const left = [...this.entries.values()].some(({ state }) => state === 'waiting');
    if (left) this.later(AGAIN_MS[Math.min(this.failures++, AGAIN_MS.length - 1)] ?? 0);
    else this.failures = 0;
  }

  private async attempt(turnId: string, { sessionId, check }: Entry): Promise<Ticks> {
    try {
      return { check: { ...check, ...(await this.parts.send(sessionId, turnId, check.ticked)) }, state: 'kept' };
    } catch (error) {
      const passes = error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500);
      return passes ? { check, state: 'waiting' } : { check, state: 'refused', problem: sentenceOf(error) };
    }
  }

  private later(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), ms);
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }

  private read(): Record<string, { sessionId: string; ticked: string[] }> {
    try {
      return JSON.parse(this.parts.storage().getItem(KEPT) ?? '{}') as ReturnType<TickBox['read']>;
    } catch {
      return {};
    }
  }

  private write(): void {
    const waits = [...this.entries].filter(([, { state }]) => state === 'sending' || state === 'waiting');
    try {
      const kept = Object.fromEntries(waits.map(([turnId, { sessionId, check }]) => [turnId, { sessionId, ticked: check.ticked }]));
      if (waits.length > 0) this.parts.storage().setItem(KEPT, JSON.stringify(kept));
      else this.parts.storage().removeItem(KEPT);
    } catch {
      // storage is blocked or full: they stay in this page
    }
  }
}

let box: TickBox | null = null;

/** The one of this page. It tries again when the browser is online again, and sends at once when the page goes out of sight. */
export function tickBox(): TickBox {
  if (box) return box;
  const made = new TickBox({ send: tickPoints, storage: () => localStorage });
  window.addEventListener('online', () => void made.flush());
  document.addEventListener('visibilitychange', () => document.hidden && void made.flush());
  return (box = made);
}
