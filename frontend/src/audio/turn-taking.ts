/**
 * Who has the word, from frame to frame: a state machine over the probability of speech, without sound or clock. It
 * finds the beginning of an answer, the pause that ends it, and somebody who speaks while the coach does.
 */
import type { Ending } from '../text/clauses';
import { FRAME_MS } from './pcm-format';

export interface TurnTakingSettings {
  /** Silence after which a finished answer is over, while nothing better is known. */
  endOfTurnMs: number;
  /** Less speech than this is no answer. */
  minSpeechMs: number;
  /** So much speech while the coach speaks makes it fall silent. */
  interruptMs: number;
}

/** What is known about a pause. */
export interface Pause {
  /** How what was understood so far ends. */
  ending: Ending;
  /** How finished the answer sounds (0..1), as the turn model judged this pause; null where nothing has. */
  complete: number | null;
  /** The silence that ends an answer of this candidate, as far as their own pauses have taught; null before that. */
  learnedMs: number | null;
}

/** What the microphone is open for in this frame. */
export interface Situation extends Pause {
  /** An answer is wanted and the coach is silent. */
  listening: boolean;
  /** An answer has just been taken for over: whoever goes on now means the same one. */
  joining: boolean;
}

/**
 * `onset`: an answer begins. `pause`, `again`: it pauses, it goes on. `end`: it is over. `nothing`: it was none.
 * `hold`: somebody speaks over the coach. `resume`: it was only a "mm-hm". `interrupt`: it was not, and is the onset.
 */
export type Move = 'onset' | 'pause' | 'again' | 'end' | 'nothing' | 'hold' | 'resume' | 'interrupt';

/** Silero's own hysteresis: speech begins above the first and goes on above the second. */
const ENTER = 0.5;
const STAY = 0.35;
/** What is left of the coach's own voice after echo cancellation must not count. */
const ENTER_OVER_COACH = 0.7;
/** Speech with gaps up to this is one stretch. */
const GAP_MS = 160;
const ONSET_MS = 96;
const PAUSE_MS = 200;
/** The countdown is not shown for the small silences of every sentence. */
const SHOWN_AFTER_MS = 700;
/** A "mm-hm" or "right" is over by then; whoever speaks longer wants the word. */
const BACKCHANNEL_MS = 300;
/** Nobody is sure that an answer is over whose text is not known, or which has only begun. */
const UNSURE_MS = 2500;
const UNFINISHED_MS = 4000;
const SHORT_ANSWER_MS = 4000;
/** From here on the turn model counts as saying "over"; below the other it says "not yet". */
const OVER = 0.5;
const NOT_YET = 0.35;
/** A sentence that is complete but does not sound over. */
const HESITATING_MS = 3000;
/** The sentence is complete and sounds over: about what people leave each other. */
const SURELY_OVER_MS = 1000;

/** How long a silence must be before it ends the answer, when `spokenMs` of it were speech. */
export function pauseFor({ ending, complete, learnedMs }: Pause, spokenMs: number, { endOfTurnMs }: TurnTakingSettings): number {
  const patience = learnedMs ?? endOfTurnMs;
  if (ending === 'unfinished') return Math.max(UNFINISHED_MS, endOfTurnMs, patience);
  if (complete !== null && complete < NOT_YET) return Math.max(HESITATING_MS, patience);
  if (ending === 'unknown' || spokenMs < SHORT_ANSWER_MS) return Math.max(UNSURE_MS, patience);
  return complete !== null && complete >= OVER ? (learnedMs ?? Math.min(SURELY_OVER_MS, endOfTurnMs)) : Math.max(patience, endOfTurnMs);
}

export class TurnTaking {
  private state: 'waiting' | 'speaking' | 'pausing' | 'open' = 'waiting';
  private speech = false;
  private held = false;
  /** The running stretch of speech, and the running silence. */
  private stretchMs = 0;
  private quietMs = 0;
  private spokenMs = 0;
  private wantedMs = 0;
  private pausedMs = 0;
  private pressed = false;

  constructor(private readonly settings: TurnTakingSettings) {}

  /** An answer is being given. */
  get taking(): boolean {
    return this.state !== 'waiting';
  }

  /** The pause that runs out, once it is one: how long it will be in all, and how much is left. */
  get countdown(): { ofMs: number; leftMs: number } | null {
    if (this.state !== 'pausing' || this.wantedMs === 0 || this.quietMs < Math.min(SHOWN_AFTER_MS, this.wantedMs / 2)) return null;
    return { ofMs: this.wantedMs, leftMs: Math.max(0, this.wantedMs - this.quietMs) };
  }

  /** The running silence. */
  get silentMs(): number {
    return this.quietMs;
  }

  /** The last pause after which the answer went on, and whether "I'm not done" was pressed in it. */
  get lastPause(): { ms: number; pressed: boolean } {
    return { ms: this.pausedMs, pressed: this.pressed };
  }

  /** The next frame, with the probability that it is speech. */
  frame(probability: number, situation: Situation): Move | null {
    const { listening, joining } = situation;
    this.measure(probability, (listening && !joining) || this.taking);
    switch (this.state) {
      case 'waiting':
        if (joining) return this.waitForOnset(this.settings.interruptMs);
        return listening ? this.waitForOnset(ONSET_MS) : this.overCoach();
      case 'speaking':
        if (this.speech) this.spokenMs += FRAME_MS;
        return this.quietMs >= PAUSE_MS ? this.move('pausing', 'pause') : null;
      case 'pausing':
        if (this.stretchMs >= ONSET_MS) return this.goOn();
        return this.waitForEnd(situation);
      case 'open':
        this.pausedMs = Math.max(this.pausedMs, this.quietMs);
        return this.stretchMs >= ONSET_MS ? this.goOn() : null;
      default:
        return this.state satisfies never;
    }
  }

  /** "I'm not done": this pause has no end, the next one has. */
  notDone(): void {
    if (this.state !== 'pausing') return;
    this.state = 'open';
    this.pressed = true;
  }

  /** Forget what was heard: the answer was sent or thrown away. */
  reset(): void {
    this.state = 'waiting';
    this.held = false;
    this.stretchMs = 0;
    this.quietMs = 0;
    this.spokenMs = 0;
  }

  private measure(probability: number, wanted: boolean): void {
    const enter = wanted ? ENTER : ENTER_OVER_COACH;
    this.speech = probability >= (this.speech ? STAY : enter);
    if (this.speech) {
      this.stretchMs += FRAME_MS;
      this.quietMs = 0;
    } else {
      this.quietMs += FRAME_MS;
      if (this.quietMs >= GAP_MS) this.stretchMs = 0;
    }
  }

  private waitForOnset(enoughMs: number): Move | null {
    if (this.stretchMs < enoughMs) return null;
    this.held = false;
    this.spokenMs = this.stretchMs;
    return this.move('speaking', 'onset');
  }

  private overCoach(): Move | null {
    if (this.held && this.stretchMs === 0) {
      this.held = false;
      return 'resume';
    }
    if (this.stretchMs >= this.settings.interruptMs + BACKCHANNEL_MS) {
      this.held = false;
      this.spokenMs = this.stretchMs;
      return this.move('speaking', 'interrupt');
    }
    if (this.held || this.stretchMs < this.settings.interruptMs) return null;
    this.held = true;
    return 'hold';
  }

  private goOn(): Move {
    this.spokenMs += this.stretchMs;
    return this.move('speaking', 'again');
  }

  private waitForEnd(pause: Pause): Move | null {
    const enough = this.spokenMs >= this.settings.minSpeechMs;
    this.pausedMs = Math.max(this.pausedMs, this.quietMs);
    this.wantedMs = enough ? pauseFor(pause, this.spokenMs, this.settings) : this.settings.endOfTurnMs;
    if (this.quietMs < this.wantedMs) return null;
    this.reset();
    return enough ? 'end' : 'nothing';
  }

  private move(state: 'speaking' | 'pausing', said: Move): Move {
    this.state = state;
    this.wantedMs = 0;
    if (state === 'pausing') {
      this.pausedMs = this.quietMs;
      this.pressed = false;
    }
    return said;
  }
}
