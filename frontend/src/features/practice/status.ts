/** Whose turn it is, in words: one line that is always true. */
import type { PlaybackState } from '../../audio/playback-queue';
import { questionToAnswer, type Room, runningTurn, whatWaits } from './room-machine';

export type RecorderPhase = 'off' | 'opening' | 'on' | 'closing';
export type StatusTone = 'you' | 'listening' | 'working' | 'coach' | 'rest';

export interface Status {
  tone: StatusTone;
  title: string;
  hint: string;
}

/** Hold or tap a button; talk while the microphone stays open; write. */
export type InputMode = 'push' | 'hands-free' | 'typed';

export interface Situation {
  room: Room;
  recorder: RecorderPhase;
  playback: PlaybackState['status'];
  /** How the next answer will be given. */
  input: InputMode;
  /** There is a finger, and perhaps no keyboard. */
  touch: boolean;
}

export function statusOf({ room, recorder, playback, input, touch }: Situation): Status {
  if (recorder === 'opening') return { tone: 'working', title: 'Opening the microphone', hint: 'Your browser may ask for permission.' };
  if (recorder === 'on') return { tone: 'listening', title: 'Listening', hint: 'Take your time. Pauses are fine.' };
  if (whatWaits(room)) return { tone: 'rest', title: 'Take your time', hint: 'Nothing is recorded. How to go on is yours to choose.' };
  if (room.state === 'paused' && stoppedByCoach(room)) {
    return { tone: 'rest', title: 'The coach has paused', hint: 'It takes no insults. Your answers are kept; continue when you want to go on.' };
  }
  if (room.state === 'paused') return { tone: 'rest', title: 'Paused', hint: 'Nothing is recorded. Continue when you are ready.' };
  if (room.state === 'finished') return { tone: 'rest', title: 'Interview finished', hint: 'Your report is ready.' };
  if (room.state === 'expired') return { tone: 'rest', title: 'This interview has expired', hint: 'Its report can still be read.' };
  if (recorder === 'closing') return { tone: 'working', title: 'Transcribing', hint: 'Sending your answer.' };
  const turn = runningTurn(room);
  if (turn && (turn.phase === 'sending' || turn.phase === 'listening')) {
    return turn.spoken
      ? { tone: 'working', title: 'Transcribing', hint: 'Turning your answer into text.' }
      : { tone: 'working', title: 'Reading', hint: 'The coach reads your answer.' };
  }
  if (playback === 'playing') return { tone: 'coach', title: 'Coach is speaking', hint: interruptHint(input, touch) };
  if (turn) return { tone: 'working', title: 'Thinking', hint: 'The coach is working on your feedback.' };
  if (!questionToAnswer(room)) return { tone: 'rest', title: 'No question is waiting', hint: 'Finish the interview to see the report.' };
  if (playback === 'blocked') return { tone: 'you', title: 'Ready: your turn', hint: 'Press play to hear the question, or just read it.' };
  return { tone: 'you', title: 'Ready: your turn', hint: answerHint(input) };
}

function interruptHint(input: InputMode, touch: boolean): string {
  if (input === 'hands-free') return 'Speak up to interrupt.';
  return touch ? 'Tap Interrupt to stop it.' : 'Press Escape to interrupt.';
}

/** How to record is said beside the button. */
function answerHint(input: InputMode): string {
  if (input === 'hands-free') return 'The microphone is open.';
  return input === 'typed' ? 'Write your answer, then send it.' : 'Take a moment to think, then talk.';
}

/** Whether the coach stopped because of what was said to it: after one warning, at the next insult. */
function stoppedByCoach({ turns }: Room): boolean {
  const insults = turns.filter((turn) => turn.feedback?.intent === 'insult').length;
  return insults > 1 && turns.at(-1)?.feedback?.intent === 'insult';
}
