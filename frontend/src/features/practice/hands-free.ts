/** Hands-free: the microphone stays open, an answer begins with speech and ends with a pause. One store for React. */
import { LiveUpload } from '../../api/live-recording';
import { type Ears, openEars } from '../../audio/ears';
import { LearnedPauses } from '../../audio/learned-pauses';
import { bytesOf, FRAME_MS, toInt16, wavOf } from '../../audio/pcm-format';
import { MicrophoneError } from '../../audio/recorder';
import { type Situation, TurnTaking, type TurnTakingSettings } from '../../audio/turn-taking';
import { endingOf } from '../../text/clauses';
import type { Ended, HandsFreeEvents, HandsFreeParts, HandsFreeState, Take } from './hands-free-parts';

/** Sound from before the onset was sure belongs to the answer: the onset itself, and a little more. */
const LEAD_MS = 500;
/** Client and server do not hear the end of a word at the very same moment, and a breath after it is no word. */
const TEXT_SLACK_S = 0.15;
/** The countdown is told to React in steps of this. */
const STEP_MS = 100;
/** Whoever goes on so soon after the end had not finished. */
const JOIN_MS = 2000;
/** Speech is told a little after it begins. */
const TOLD_AFTER_MS = 600;
/** In a pause sound is sent in small pieces, so that what the server makes of it comes soon; not for ever. */
const HURRY_FROM_MS = 200;
const HURRY_EVERY_MS = 190;
const HURRY_UP_TO_MS = 4200;

const OFF: HandsFreeState = { phase: 'off', problem: null, partial: null, countdown: null, patient: false };

export class HandsFree {
  private state = OFF;
  private readonly listeners = new Set<() => void>();
  private events: HandsFreeEvents | null = null;
  private listening = false;
  private coachSpeaks = false;
  private ears: Ears | null = null;
  private generation = 0;
  private turns: TurnTaking;
  private take: Take | null = null;
  private ended: Ended | null = null;
  private before: Int16Array<ArrayBuffer>[] = [];
  private loudness = 0;
  private unhurriedMs = 0;

  constructor(
    private readonly settings: TurnTakingSettings & { maxSeconds: number },
    private readonly parts: HandsFreeParts,
  ) {
    this.turns = new TurnTaking(settings);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly getState = (): HandsFreeState => this.state;

  /** What events mean from now on; whether an answer is wanted while the coach is silent, and whether it is not. */
  use(events: HandsFreeEvents, listening: boolean, coachSpeaks: boolean): void {
    this.events = events;
    this.listening = listening;
    this.coachSpeaks = coachSpeaks;
  }

  /** 0..1, how loud it is right now. */
  readonly level = (): number => this.loudness;

  /** Seconds of the answer that is being given. */
  readonly seconds = (): number => ((this.take?.frames.length ?? 0) * FRAME_MS) / 1000;

  /** Open the microphone and listen until `stop`. */
  async start(): Promise<void> {
    if (this.state.phase !== 'off') return;
    const mine = (this.generation += 1);
    this.publish({ ...OFF, phase: 'opening' });
    try {
      const ears = await this.parts.openEars({
        onFrame: (frame, probability) => mine === this.generation && this.hear(frame, probability),
        onLost: () => mine === this.generation && this.lost(),
      });
      if (mine !== this.generation) {
        ears.close();
        return;
      }
      this.ears = ears;
      this.publish({ phase: 'waiting' });
    } catch (error) {
      if (mine !== this.generation) return;
      this.publish({ ...OFF, problem: error instanceof MicrophoneError ? error : new MicrophoneError('deaf') });
    }
  }

  /** Close the microphone; an answer that is being given is thrown away. */
  stop(): void {
    this.generation += 1;
    this.ears?.close();
    this.ears = null;
    this.drop();
    this.before = [];
    this.publish(OFF);
  }

  /** Throw the answer away that is being given, and listen for a new one. */
  discard(): void {
    this.drop();
    if (this.ears) this.publish({ phase: 'waiting', partial: null, countdown: null, patient: false });
  }

  /** "I'm not done": the pause that runs out is forgotten. */
  notDone(): void {
    this.turns.notDone();
    if (this.state.phase === 'pausing') this.publish({ phase: 'hearing', countdown: null, patient: true });
  }

  /** The answer is over now, without waiting for the pause. */
  send(): Promise<void> {
    return this.handOver(null);
  }

  /** `ended`: a pause has ended the answer, which may still go on. */
  private async handOver(ended: Ended | null): Promise<void> {
    const { take } = this;
    if (!take) return;
    this.take = null;
    this.ended = ended;
    this.turns.reset();
    const mine = this.generation;
    const partial = this.state.partial?.text ?? '';
    this.publish({ phase: 'closing', countdown: null, patient: false });
    const live = await take.upload.finish();
    if (ended?.joined) return;
    if (ended) ended.given = true;
    // The answer is given even if the microphone was closed meanwhile: it was complete.
    this.events?.onAnswer({
      blob: wavOf(take.frames), seconds: (take.frames.length * FRAME_MS) / 1000, loudest: take.loudest, framed: true, live, partial, goesOn: take.goesOn,
    });
    if (mine === this.generation && this.state.phase === 'closing') this.publish({ phase: 'waiting', partial: null });
  }

  private hear(frame: Float32Array, probability: number): void {
    this.loudness = loudnessOf(frame);
    const samples = toInt16(frame);
    this.keep(samples);
    if (this.state.phase === 'closing' && !this.ended) return;
    const situation = this.situation();
    const move = this.turns.frame(probability, situation);
    if ((move === 'onset' || move === 'interrupt') && this.ended) this.join(this.ended);
    else if (move === 'onset' || move === 'interrupt') this.begin(move === 'interrupt');
    else if (move === 'hold') this.events?.onHold();
    else if (move === 'resume') this.events?.onResume();
    else if (move === 'again') this.goOn(situation);
    else if (move === 'nothing') this.discard();
    else if (move === 'end' && this.take) void this.handOver({ take: this.take, since: [], given: false, joined: false });
    else if (this.seconds() >= this.settings.maxSeconds) void this.send();
    else if (this.take) this.countDown();
  }

  private situation(): Situation {
    const { listening, ended, take } = this;
    const pauseFrom = this.seconds() - this.turns.silentMs / 1000;
    const judged = take?.judged && take.judged.atS > pauseFrom ? take.judged : null;
    // A text that ends before this pause says nothing about it.
    const old = judged !== null && judged.textUntilS < pauseFrom - TEXT_SLACK_S;
    const ending = old ? 'unknown' : endingOf(this.state.partial?.text ?? '');
    // Over the coach's own voice it takes as much as any interruption.
    return { listening, joining: ended !== null && !this.coachSpeaks, ending, complete: judged?.complete ?? null, learnedMs: this.parts.learned.patienceMs };
  }

  private goOn({ ending }: Situation): void {
    const { ms, pressed } = this.turns.lastPause;
    // After an unfinished clause everybody is waited for: those pauses teach nothing about the others.
    if (pressed || ending !== 'unfinished') this.parts.learned.add(ms, pressed);
    this.publish({ phase: 'hearing', countdown: null, patient: false });
  }

  private keep(samples: Int16Array<ArrayBuffer>): void {
    if (this.take) {
      this.take.frames.push(samples);
      this.take.loudest = Math.max(this.take.loudest, this.loudness);
      this.take.upload.push(bytesOf(samples));
      this.hurry(this.take);
      return;
    }
    this.lapse(samples);
    const most = Math.ceil((LEAD_MS + this.settings.interruptMs + 400) / FRAME_MS);
    this.before = [...this.before, samples].slice(-most);
  }

  private hurry({ upload }: Take): void {
    const { silentMs } = this.turns;
    this.unhurriedMs += FRAME_MS;
    if (this.state.patient || silentMs < HURRY_FROM_MS || silentMs > HURRY_UP_TO_MS || this.unhurriedMs < HURRY_EVERY_MS) return;
    this.unhurriedMs = 0;
    upload.hurry();
  }

  /** What comes after an end belongs to it while it may still go on. */
  private lapse(samples: Int16Array<ArrayBuffer>): void {
    if (!this.ended) return;
    this.ended.since.push(samples);
    if (this.ended.since.length * FRAME_MS > JOIN_MS + TOLD_AFTER_MS) this.ended = null;
  }

  private begin(interrupting: boolean): void {
    if (interrupting) this.events?.onInterrupt();
    this.takeUp(interrupting ? this.before : this.before.slice(-Math.ceil(LEAD_MS / FRAME_MS)), this.loudness, false);
  }

  /** It was not the end: all of it is one answer, sent anew. */
  private join(ended: Ended): void {
    this.ended = null;
    ended.joined = true;
    if (ended.given) this.events?.onContinue();
    else ended.take.upload.cancel();
    const silentMs = this.turns.lastPause.ms + ended.since.length * FRAME_MS - this.settings.interruptMs;
    this.parts.learned.add(silentMs, true);
    this.takeUp([...ended.take.frames, ...ended.since], ended.take.loudest, ended.given || ended.take.goesOn);
  }

  private takeUp(frames: Int16Array<ArrayBuffer>[], loudest: number, goesOn: boolean): void {
    const isMine = () => this.take === take;
    const take: Take = {
      frames: [],
      upload: this.parts.openUpload({
        onPartial: (partial) => isMine() && this.publish({ partial }),
        onPause: (pause) => void (take.judged = pause),
      }),
      loudest,
      judged: null,
      goesOn,
    };
    this.take = take;
    for (const samples of frames) {
      take.frames.push(samples);
      take.upload.push(bytesOf(samples));
    }
    this.before = [];
    this.publish({ phase: 'hearing', partial: null, countdown: null, patient: false });
  }

  private countDown(): void {
    const left = this.turns.countdown;
    if (!left) return;
    const leftMs = Math.ceil(left.leftMs / STEP_MS) * STEP_MS;
    const { countdown } = this.state;
    if (countdown?.leftMs === leftMs && countdown.ofMs === left.ofMs) return;
    this.publish({ phase: 'pausing', countdown: { ofMs: left.ofMs, leftMs } });
  }

  private drop(): void {
    this.take?.upload.cancel();
    this.take = null;
    this.ended = null;
    this.turns.reset();
  }

  /** What was said before the microphone went away is an answer all the same. */
  private lost(): void {
    this.ears = null;
    this.ended = null;
    this.generation += 1;
    if (this.take) void this.send();
    this.publish({ ...OFF, problem: new MicrophoneError('lost') });
  }

  private publish(change: Partial<HandsFreeState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }
}

/** On the same scale as the meter of a recording. */
function loudnessOf(frame: Float32Array): number {
  let power = 0;
  for (const sample of frame) power += sample * sample;
  return Math.min(1, Math.sqrt(Math.sqrt(power / frame.length) * 4));
}

/** Hands-free listening for a session, with the real microphone and the real server. */
export function handsFreeFor(sessionId: string, settings: TurnTakingSettings & { maxSeconds: number }): HandsFree {
  return new HandsFree(settings, { openEars, openUpload: (told) => new LiveUpload({ sessionId, ...told }), learned: new LearnedPauses() });
}
