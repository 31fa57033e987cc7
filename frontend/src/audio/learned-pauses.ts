/**
 * How long this candidate's pauses within an answer are, learned from the pauses after which they went on. Kept in this
 * browser only: lengths in milliseconds, nothing that was said.
 */
export interface PauseMemory {
  read(): readonly number[];
  write(pauses: readonly number[]): void;
}

/** So many of the last pauses count. */
const KEPT = 40;
/** Too few pauses teach nothing. */
const ENOUGH = 5;
/** Nine of ten pauses are shorter than what is learned, with a little room on top. */
const SHARE = 0.9;
const ROOM = 1.25;
/** After "I'm not done" a pause counts as several: it was nearly taken for the end. */
const PRESSED_WEIGHT = 4;
const SHORTEST_MS = 800;
const LONGEST_MS = 3000;
/** Shorter silences lie between any two words; longer ones are not a habit but a phone call. */
const PAUSE_FROM_MS = 200;
const PAUSE_UP_TO_MS = 10_000;

export class LearnedPauses {
  private pauses: readonly number[];

  constructor(private readonly memory: PauseMemory = inThisBrowser) {
    this.pauses = memory.read().slice(-KEPT);
  }

  /** A pause of an answer that went on. `pressed`: "I'm not done" was said about it. */
  add(ms: number, pressed = false): void {
    if (ms < PAUSE_FROM_MS || ms > PAUSE_UP_TO_MS) return;
    this.pauses = [...this.pauses, ...Array<number>(pressed ? PRESSED_WEIGHT : 1).fill(Math.round(ms))].slice(-KEPT);
    this.memory.write(this.pauses);
  }

  /** The silence after which a finished answer of this candidate is over; null while too little is known. */
  get patienceMs(): number | null {
    if (this.pauses.length < ENOUGH) return null;
    const sorted = [...this.pauses].sort((a, b) => a - b);
    const usual = sorted[Math.min(sorted.length - 1, Math.floor(SHARE * sorted.length))] ?? 0;
    return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, Math.round(usual * ROOM)));
  }
}

const KEY = 'interview-helper.pauses';

/** Storage that is blocked or broken only means that nothing is remembered. */
export const inThisBrowser: PauseMemory = {
  read: () => {
    try {
      const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
      return Array.isArray(found) ? found.filter((ms): ms is number => typeof ms === 'number' && ms > 0) : [];
    } catch {
      return [];
    }
  },
  write: (pauses) => {
    try {
      localStorage.setItem(KEY, JSON.stringify(pauses));
    } catch {
      // it holds for this page
    }
  },
};
