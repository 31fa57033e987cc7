/** What hands-free listening is made of: what it tells, what it asks for, and what it holds. */
import type { JudgedPause, LiveUpload, PartialText } from '../../api/live-recording';
import type { Ears, EarsListener } from '../../audio/ears';
import type { LearnedPauses } from '../../audio/learned-pauses';
import type { MicrophoneError } from '../../audio/recorder';
import type { Spoken } from './use-recorder';

export type HandsFreePhase = 'off' | 'opening' | 'waiting' | 'hearing' | 'pausing' | 'closing';

export interface HandsFreeState {
  phase: HandsFreePhase;
  problem: MicrophoneError | null;
  partial: PartialText | null;
  /** The pause that ends the answer, while it runs out: how long in all, and how much of it is left. */
  countdown: { ofMs: number; leftMs: number } | null;
  /** "I'm not done" was said about this pause: it lasts as long as the candidate likes. */
  patient: boolean;
}

/** What happens in the room because somebody speaks or falls silent. */
export interface HandsFreeEvents {
  onAnswer: (spoken: Spoken) => void;
  /** The answer just given goes on: its turn is to stop, and the whole of it will come as one answer. */
  onContinue: () => void;
  /** The candidate takes the word: the coach is to stop, here and on the server. */
  onInterrupt: () => void;
  /** Perhaps: the coach is to be silent until `onResume` or `onInterrupt`. */
  onHold: () => void;
  onResume: () => void;
}

export interface HandsFreeParts {
  openEars: (listener: EarsListener) => Promise<Ears>;
  openUpload: (told: UploadListener) => Pick<LiveUpload, 'push' | 'hurry' | 'finish' | 'cancel'>;
  learned: LearnedPauses;
}

export interface UploadListener {
  onPartial: (partial: PartialText) => void;
  onPause: (pause: JudgedPause) => void;
}

/** An answer while it is given. */
export interface Take {
  frames: Int16Array<ArrayBuffer>[];
  upload: ReturnType<HandsFreeParts['openUpload']>;
  loudest: number;
  /** The newest judgement of a pause, perhaps of one that is over. */
  judged: JudgedPause | null;
  /** Its beginning has been given as an answer already. */
  goesOn: boolean;
}

/** An answer that a pause has ended a moment ago, and what was heard since. */
export interface Ended {
  take: Take;
  since: Int16Array<ArrayBuffer>[];
  /** It has been handed over. */
  given: boolean;
  joined: boolean;
}
