import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { ended, feedback, heard, question, star } from '../../testing/samples';
import type { AnswerControls } from './answer-controls';
import { TurnBlock } from './TurnBlock';
import { applyItem, erase, newTurn, type TurnView } from './turn-machine';

const over = (more: Partial<TurnView> = {}): TurnView => ({
  ...[heard(1, 'I moved sixteen joins.'), ended(2, 'completed')].reduce(applyItem, newTurn(question(), { spoken: true })),
  feedback: feedback(),
  ...more,
});

function show(turn: TurnView = over(), more: Partial<AnswerControls> = {}, held = false) {
  const log: string[] = [];
  const answers: AnswerControls = {
    correct: (_turn, text) => log.push(`correct ${text}`),
    erase: async (turnId) => void log.push(`erase ${turnId}`),
    object: async (turnId, { point }, why) => void log.push(`object ${turnId} ${point} ${why}`),
    ...more,
  };
  const block = (shown: TurnView, controls: AnswerControls = answers) => (
    <QueryClientProvider client={new QueryClient()}>
      <TurnBlock sessionId="s" turn={shown} take={1} hideScores={false} held={held} answers={controls} onSource={() => undefined} />
    </QueryClientProvider>
  );
  const { rerender } = render(block(turn));
  return { log, again: (shown: TurnView, controls?: AnswerControls) => rerender(block(shown, controls)), answers };
}

describe('an answer that was misheard', () => {
  it('is put right and sent', async () => {
    const { log } = show();
    await userEvent.click(screen.getByRole('button', { name: 'Correct what was heard' }));
    const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'What you said' });
    expect(document.activeElement).toBe(field);
    expect(field.value).toBe('I moved sixteen joins.');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Send the correction' }).disabled).toBe(true);
    await userEvent.clear(field);
    await userEvent.type(field, 'I moved sixty joins.');
    await userEvent.click(screen.getByRole('button', { name: 'Send the correction' }));
    expect(log).toEqual(['correct I moved sixty joins.']);
  });

  it('is left as it was by Escape, and the keyboard is back where it was', async () => {
    const { log } = show();
    await userEvent.click(screen.getByRole('button', { name: 'Correct what was heard' }));
    await userEvent.keyboard('nonsense{Escape}');
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Correct what was heard' })));
    expect(screen.getByText('I moved sixteen joins.')).toBeTruthy();
    expect(log).toEqual([]);
  });

  it('waits while the room is busy, and keeps what was typed', async () => {
    const { again, answers } = show();
    await userEvent.click(screen.getByRole('button', { name: 'Correct what was heard' }));
    await userEvent.keyboard(' And more.');
    again(over(), { ...answers, correct: null });
    expect(screen.getByRole<HTMLTextAreaElement>('textbox').value).toBe('I moved sixteen joins. And more.');
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Send the correction' }).disabled).toBe(true);
  });

  it('is called by its name where it was typed', () => {
    show(over({ spoken: false }));
    expect(screen.getByRole('button', { name: 'Correct what I wrote' })).toBeTruthy();
  });

  it.each([
    ['while it is still judged', over({ phase: 'coaching' }), {}],
    ['where the interview takes none', over(), { correct: null }],
  ])('cannot be corrected %s', (_when, turn, more) => {
    show(turn, more);
    expect(screen.queryByRole('button', { name: /^Correct what/ })).toBeNull();
  });
});

describe('an answer that is to go', () => {
  it('is erased after one question that says what goes', async () => {
    const { log, again } = show();
    await userEvent.click(screen.getByRole('button', { name: 'Erase this answer' }));
    const dialog = screen.getByRole('alertdialog', { name: 'Erase this answer?' });
    expect(dialog.textContent).toContain('its feedback, its scores');
    expect((await axe.run(dialog)).violations.map((found) => found.id)).toEqual([]);
    await userEvent.click(within(dialog).getByRole('button', { name: 'Erase answer' }));
    expect(log).toEqual(['erase t']);
    again(erase(over()));
    const note = screen.getByText('You erased this answer. Nothing of it is kept.');
    await waitFor(() => expect(document.activeElement).toBe(note));
    expect(screen.queryByText(/sixteen/)).toBeNull();
  });

  it('stays where that is the answer', async () => {
    const { log } = show();
    await userEvent.click(screen.getByRole('button', { name: 'Erase this answer' }));
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(log).toEqual([]);
  });

  it('stays where the server refuses, and says so', async () => {
    show(over(), { erase: () => Promise.reject(new Error('no')) });
    await userEvent.click(screen.getByRole('button', { name: 'Erase this answer' }));
    await userEvent.click(screen.getByRole('button', { name: 'Erase answer' }));
    expect((await screen.findByRole('alert')).textContent).toContain('went wrong');
    expect(screen.getByText('I moved sixteen joins.')).toBeTruthy();
  });

  it('takes no keyboard when the page is opened later', () => {
    show(erase(over()));
    expect(document.activeElement).toBe(document.body);
  });
});

describe('an answer in which something matters more', () => {
  const concern = { kind: 'distress', say: 'Take the time you need.' };

  it.each([false, true])('shows what was said and nothing measured (feedback at the end: %s)', (held) => {
    const turn = over({ star: star(), feedback: feedback({ scored: false, concern }) });
    show(turn, {}, held);
    expect(screen.getByText('Take the time you need.')).toBeTruthy();
    expect(screen.queryByRole('list', { name: 'Parts of the story' })).toBeNull();
    expect(screen.queryByText(/does not count|in the report|Keep as a story/)).toBeNull();
  });
});
