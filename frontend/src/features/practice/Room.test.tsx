import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRootRoute, createRouter, RouterContextProvider } from '@tanstack/react-router';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { SessionInfo, StoredTurn } from '../../api/types';
import { feedback, question, session } from '../../testing/samples';
import { setPreferences } from '../settings/preferences';
import { Room } from './Room';

const CHOICE = { ...question('c1'), text: 'How would you like to go on?', kind: 'clarify', choice: true };

const told = (concern: object, more: Partial<StoredTurn> = {}): StoredTurn => ({
  turn_id: 't', question: question(), outcome: 'completed', transcript: { text: 'I cannot go on.', words: [] }, delivery: null, star: null,
  feedback: feedback({ scored: false, concern: { kind: 'distress', say: 'Please call somebody.', ...concern } }), ...more,
});

let sent: string[] = [];

function show(given: Partial<SessionInfo>) {
  const shown = session({ role: 'Nurse', ...given });
  vi.stubGlobal('fetch', async (url: string, { method = 'GET', body }: RequestInit = {}) => {
    if (method !== 'GET') sent.push(`${method} ${url.replace('/api/v1', '')} ${typeof body === 'string' ? body : ''}`.trim());
    if (method === 'PATCH') return Response.json({ data: { ...shown, ...(JSON.parse(String(body)) as object) }, error: null });
    return Response.json({ data: null, error: { stage: 'session', code: 'not_found', message_safe: 'Not here.', retryable: false } }, { status: 404 });
  });
  const router = createRouter({ routeTree: createRootRoute() });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <RouterContextProvider router={router as never}>
        <Room session={shown} catalog={undefined} />
      </RouterContextProvider>
    </QueryClientProvider>,
  );
}

beforeEach(() => {
  sent = [];
  localStorage.setItem('interview-helper.token', 't');
});
afterEach(() => {
  vi.unstubAllGlobals();
  setPreferences({ handsFree: false });
});

it('waits for the choice: nothing listens, nothing counts, and the line stands once', () => {
  setPreferences({ handsFree: true });
  show({ state: 'paused', question: CHOICE, turns: [told({ urgent: true, waits: true })] });
  expect(screen.getAllByText('Please call somebody.')).toHaveLength(1);
  expect(screen.queryByText(/Question 1 of/)).toBeNull();
  expect(screen.queryByRole('timer')).toBeNull();
  expect(screen.queryByRole('button', { name: /Finish|Pause|Continue|Push to talk|Record again/ })).toBeNull();
});

it('goes on with another question for the choice that was asked', async () => {
  show({ state: 'paused', question: CHOICE, turns: [told({ urgent: true, waits: true })] });
  await userEvent.click(screen.getByRole('button', { name: /^Another question/ }));
  await waitFor(() => expect(sent).toEqual(['PATCH /sessions/s {"state":"ready"}', 'POST /sessions/s/turns {"text":"Another question, please.","question_id":"c1"}']));
});

it('stops where that is the choice, and says so kindly', async () => {
  show({ state: 'ready', question: CHOICE, turns: [told({ waits: true })] });
  await userEvent.click(screen.getByRole('button', { name: /^Stop here/ }));
  expect(await screen.findByRole('heading', { name: 'We stop here.' })).toBeTruthy();
  expect(screen.getByText('Please call somebody.')).toBeTruthy();
});

it('opens no microphone by itself after a kind word in doubt', () => {
  setPreferences({ handsFree: true });
  show({ question: question('q2', 2), turns: [told({ waits: false })] });
  expect(screen.getByRole('button', { name: 'Go on when you like' })).toBeTruthy();
  expect(screen.queryByRole('timer')).toBeNull();
});

it('goes on with the last answer where it stopped', async () => {
  show({ question: question('q2', 2), turns: [told({}, { feedback: feedback() })] });
  await userEvent.click(screen.getByRole('button', { name: 'Type instead' }));
  await userEvent.click(screen.getByRole('button', { name: 'I was not finished' }));
  expect(screen.getByRole('heading', { level: 1, name: 'Question q1?' })).toBeTruthy();
  await userEvent.type(screen.getByRole('textbox', { name: 'Your answer' }), 'And more.');
  await userEvent.click(screen.getByRole('button', { name: 'Send answer' }));
  await waitFor(() => expect(sent).toEqual(['POST /sessions/s/turns {"text":"And more.","continues":"t"}']));
});

it('takes the last answer again after the end, and shows the end until then', async () => {
  show({ state: 'finished', question: null, turns: [{ ...told({}), feedback: feedback() }] });
  expect(screen.getByRole('heading', { name: 'That was the last question.' })).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Answer again' }));
  expect(screen.getByRole('heading', { level: 1, name: 'Question q1?' })).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Type instead' }));
  await userEvent.type(screen.getByRole('textbox', { name: 'Your answer' }), 'Better now.');
  await userEvent.click(screen.getByRole('button', { name: /^Send/ }));
  await waitFor(() => expect(sent).toEqual(['POST /sessions/s/turns {"text":"Better now.","retry_of":"t"}']));
});

it('shows the time that is left, and counts none where there is no limit', () => {
  show({ timers: { elapsed_s: 0, limit_s: 600, left_s: 590 } });
  expect(screen.getByText('10 minutes left')).toBeTruthy();
  cleanup();
  show({ timers: { elapsed_s: 0, limit_s: null, left_s: null } });
  expect(screen.queryByText(/left$/)).toBeNull();
});
