import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { feedback, question } from '../../testing/samples';
import { ChatWindow } from './ChatWindow';
import { newTurn, type TurnView } from './turn-machine';

const answered = (): TurnView => ({
  ...newTurn(question(), { spoken: false }),
  phase: 'completed',
  turnId: 't',
  transcript: { text: 'I moved the joins.', language: 'en', duration_s: null, words: [] },
  feedback: feedback(),
  feedbackText: feedback().summary,
});

const show = (held: boolean) =>
  render(<ChatWindow sessionId="s" turns={[answered()]} hideScores={false} held={held} caption="" onSource={() => undefined} />);

it('shows the feedback with the answer', () => {
  show(false);
  expect(screen.getByText(feedback().summary)).toBeDefined();
});

it('holds it for the report where the candidate wants that', () => {
  show(true);
  expect(screen.getByText('I moved the joins.')).toBeDefined();
  expect(screen.queryByText(feedback().summary)).toBeNull();
  expect(screen.getByText('Noted. How it was stands in the report.')).toBeDefined();
});
