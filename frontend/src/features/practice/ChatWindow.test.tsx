import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRootRoute, createRouter, RouterContextProvider } from '@tanstack/react-router';
import { render, screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, it } from 'vitest';
import { citation, feedback, question } from '../../testing/samples';
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

const chat = (turns: TurnView[], held = false) => <ChatWindow sessionId="s" turns={turns} hideScores={false} held={held} caption="" onSource={() => undefined} />;

/** Beside links, which need a router. */
function InRouter({ turns }: { turns: TurnView[] }) {
  const [router] = useState(() => createRouter({ routeTree: createRootRoute() }));
  return (
    <QueryClientProvider client={new QueryClient()}>
      <RouterContextProvider router={router as never}>{chat(turns)}</RouterContextProvider>
    </QueryClientProvider>
  );
}

const show = (held: boolean) =>
  render(chat([answered()], held));

it('says under the first answer, and no other, that nobody judges', () => {
  const measured = { ...answered(), feedback: feedback({ author: 'rules' }) };
  const note = () => screen.queryAllByText(/without a language model/).length;
  const { rerender } = render(<InRouter turns={[measured]} />);
  expect(note()).toBe(1);
  rerender(<InRouter turns={[measured, { ...measured, turnId: 't2' }]} />);
  expect(note()).toBe(0);
});

it('does not tell in short what the coach said of something weighty', () => {
  const weighty = { ...answered(), feedback: feedback({ scored: false, concern: { kind: 'distress', say: 'Please call somebody.' } }) };
  render(<InRouter turns={[weighty, { ...answered(), turnId: 't2' }]} />);
  expect(screen.getByText('Not scored, and for you alone')).toBeDefined();
});

it('has the line that an earlier question points at beside its answer', () => {
  const pointed = { ...answered(), question: { ...question(), citations: [citation('J1', { quote: '- Night shifts' })] } };
  render(<InRouter turns={[pointed, { ...answered(), turnId: 't2' }]} />);
  expect(screen.getByText('“Night shifts”').closest('details')?.textContent).toContain('From the posting');
});

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
