import { render } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import { citation, question } from '../../testing/samples';
import { newTurn, type TurnView } from './turn-machine';
import { useAnnouncements } from './use-announcements';

const said: string[] = [];
vi.mock('../../ui/announce', () => ({ announce: (text: string) => void said.push(text) }));

function Room({ turn, voice }: { turn: TurnView; voice: boolean }) {
  useAnnouncements(turn, voice, false);
  return null;
}

function told(voice: boolean, citations = [citation('J1', { quote: '- Night shifts' })]) {
  const turn: TurnView = { ...newTurn(question(), { spoken: true }), turnId: 't' };
  const { rerender } = render(<Room turn={turn} voice={voice} />);
  rerender(<Room turn={{ ...turn, nextQuestion: { ...question('q2'), citations } }} voice={voice} />);
  return said.at(-1);
}

beforeEach(() => void said.splice(0));

it('reads the line beside the next question where no voice is on', () => {
  expect(told(false)).toBe('Next question: Question q2? From the posting: “Night shifts”');
});

it('says that there is a line, and whose, where the voice reads out the question alone', () => {
  expect(told(true)).toBe('The next question is on the page. A line stands beside it: from the posting.');
});

it.each([
  [true, 'The next question is on the page.'],
  [false, 'Next question: Question q2?'],
])('says no more where there is none, voice %s', (voice, expected) => {
  expect(told(voice, [])).toBe(expected);
});
