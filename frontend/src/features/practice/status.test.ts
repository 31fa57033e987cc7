import { describe, expect, it } from 'vitest';
import { ended, event, feedback, heard, question, session } from '../../testing/samples';
import { EMPTY_ROOM, type Room, type RoomAction, roomReducer } from './room-machine';
import { type Situation, statusOf } from './status';

const room = (...actions: RoomAction[]): Room =>
  [{ type: 'loaded', session: session() } as RoomAction, ...actions].reduce(roomReducer, EMPTY_ROOM);
const spoken: RoomAction = { type: 'answered', spoken: true };
const item = (it: ReturnType<typeof event>): RoomAction => ({ type: 'item', item: it });
const started = item(event(1, 'turn.started', { question_id: 'q1', state: 'transcribing' }));
const insult = (turn: string, state: string): RoomAction[] => [spoken, item(event(1, 'feedback.final', feedback({ scored: false, intent: 'insult' }), turn)), item(ended(2, 'completed', state, turn))];
const status = (more: Partial<Situation>) => statusOf({ room: room(), recorder: 'off', playback: 'silent', input: 'push', touch: false, ...more });

describe('the status line', () => {
  it.each<[string, Partial<Situation>]>([
    ['Ready: your turn', {}],
    ['Opening the microphone', { recorder: 'opening' }],
    ['Listening', { recorder: 'on' }],
    ['Transcribing', { recorder: 'closing' }],
    ['Transcribing', { room: room(spoken) }],
    ['Transcribing', { room: room(spoken, started) }],
    ['Reading', { room: room({ type: 'answered', spoken: false, text: 'a' }) }],
    ['Thinking', { room: room(spoken, started, item(heard(2))) }],
    ['Coach is speaking', { room: room(spoken, started, item(heard(2))), playback: 'playing' }],
    ['Coach is speaking', { playback: 'playing' }],
    ['Ready: your turn', { playback: 'blocked' }],
    ['Ready: your turn', { room: room(spoken, started, item(ended(2, 'failed'))) }],
    ['Paused', { room: room({ type: 'moved', session: session({ state: 'paused' }) }), playback: 'playing' }],
    ['The coach has paused', { room: room(...insult('t', 'ready'), ...insult('t2', 'paused')) }],
    ['Paused', { room: room(...insult('t', 'ready'), { type: 'moved', session: session({ state: 'paused' }) }) }],
    ['Take your time', { room: room({ type: 'moved', session: session({ question: { ...question('q2'), choice: true } }) }), playback: 'playing' }],
    ['Take your time', { room: room({ type: 'moved', session: session({ state: 'paused', question: { ...question('q2'), choice: true } }) }) }],
    ['Interview finished', { room: room({ type: 'moved', session: session({ state: 'finished', question: null }) }) }],
    ['This interview has expired', { room: room({ type: 'moved', session: session({ state: 'expired', question: null }) }) }],
    ['No question is waiting', { room: room({ type: 'moved', session: session({ question: null }) }) }],
  ])('says %s', (title, situation) => expect(status(situation).title).toBe(title));

  it('is the microphone above all else', () => {
    expect(status({ recorder: 'on', playback: 'playing', room: room(spoken, started) }).title).toBe('Listening');
  });

  it('asks for no keys where there is a finger', () => {
    const hints = [{}, { playback: 'playing' as const }].map((more) => status({ ...more, touch: true }).hint);
    expect(hints.join(' ')).not.toMatch(/space|escape|key/i);
    expect(status({ playback: 'playing' }).hint).toMatch(/Escape/);
  });

  it('says what to do, whichever way the answer is given', () => {
    expect(status({ input: 'hands-free' }).hint).toMatch(/microphone is open/);
    expect(status({ input: 'typed' }).hint).toMatch(/Write/);
    expect(status({ input: 'hands-free', playback: 'playing' }).hint).toMatch(/Speak up/);
  });

  it('asks the next question while the coach still speaks of the last answer', () => {
    const coming = room(spoken, started, item(heard(2)), item(event(3, 'question.final', { question: question('q2', 2) })), item(ended(4, 'completed')));
    expect(status({ room: coming, playback: 'playing' }).title).toBe('Coach is speaking');
    expect(status({ room: coming }).title).toBe('Ready: your turn');
  });
});
