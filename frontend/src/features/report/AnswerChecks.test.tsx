import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Citation, Feedback, StoredTurn } from '../../api/types';
import { citation, feedback, question, session } from '../../testing/samples';
import { AnswerChecks } from './AnswerChecks';

const REFERENCE = {
  points: [{ id: 'p1', text: 'It names the risk.' }, { id: 'p2', text: 'It says who was told.' }],
  mistakes: [{ id: 'm1', text: 'I only do what I am told.', correction: 'Speaking up is part of the work.' }],
  model_answer: 'I stopped the round and called the doctor.',
  citations: [citation('J1')],
};

const turn = (id: string, more: Partial<Feedback> = {}, of: Partial<StoredTurn> = {}): StoredTurn => ({
  turn_id: id, question: { ...question(id), text: `About ${id}?` }, outcome: 'completed', transcript: { text: `I spoke up in ${id}.`, words: [] }, delivery: null, star: null,
  feedback: feedback({ reference: REFERENCE, ...more }), ...of,
});

let sent: unknown[] = [];

function show(turns: StoredTurn[]) {
  const cited: [Citation, Citation[]][] = [];
  vi.stubGlobal('fetch', async (_url: string, { method = 'GET', body }: RequestInit = {}) => {
    if (method === 'GET') return Response.json({ data: session({ turns }), error: null });
    sent.push(JSON.parse(String(body)));
    return Response.json({ data: { ...(JSON.parse(String(body)) as object), of: 2 }, error: null });
  });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const again = vi.spyOn(queries, 'invalidateQueries');
  render(
    <QueryClientProvider client={queries}>
      <AnswerChecks sessionId="s" onCite={(one, all) => cited.push([one, all])} />
    </QueryClientProvider>,
  );
  return { cited, again };
}

beforeEach(() => {
  sent = [];
  localStorage.setItem('interview-helper.token', 't');
});
afterEach(() => vi.unstubAllGlobals());

it('holds each answer against what the bank has on its question, folded', async () => {
  show([turn('r1', {}, { self_check: { ticked: ['p2'], of: 2 } }), turn('r2')]);
  const headings = await screen.findAllByRole('heading', { level: 3 });
  expect(headings.map((heading) => heading.textContent)).toEqual(['About r1?1 of 2 ticked', 'About r2?0 of 2 ticked']);
  const first = headings[0]?.closest('details') as HTMLDetailsElement;
  expect(first.open).toBe(false);
  await userEvent.click(headings[0] as HTMLElement);
  expect(first.open).toBe(true);
  expect(within(first).getByText('I spoke up in r1.').tagName).toBe('BLOCKQUOTE');
  expect(within(first).getByRole('term').textContent).toBe('Often said: “I only do what I am told.”');
  expect(within(first).getByRole('definition').textContent).toBe('What is right: Speaking up is part of the work.');
  expect(within(first).getByText('One possible answer, not yours').closest('details')?.open).toBe(false);
  expect(within(first).getByRole<HTMLInputElement>('checkbox', { name: 'It says who was told.' }).checked).toBe(true);
});

it('has the line that its question points at', async () => {
  const line = citation('J1', { quote: '- Night shifts' });
  const { cited } = show([turn('l1', {}, { question: { ...question('l1'), citations: [line] } })]);
  expect((await screen.findByText('“Night shifts”')).closest('figure')?.textContent).toContain('From the posting');
  await userEvent.click(screen.getByText('Question l1?'));
  await userEvent.click(screen.getByRole('button', { name: 'See it there: from the posting' }));
  expect(cited).toEqual([[line, [line]]]);
});

it('takes ticks, and asks for the report again when they are kept', async () => {
  const { again } = show([turn('t1')]);
  await userEvent.click(await screen.findByText('About t1?'));
  await userEvent.click(screen.getByRole('checkbox', { name: 'It names the risk.' }));
  expect(screen.getByRole('heading', { level: 3 }).textContent).toContain('1 of 2 ticked');
  expect(again).not.toHaveBeenCalled();
  await waitFor(() => expect(again).toHaveBeenCalledWith({ queryKey: ['report', 's'] }), { timeout: 5000 });
  expect(sent).toEqual([{ ticked: ['p1'] }]);
});

it('leaves out answers without anything to hold them against, erased, corrected, or told in distress', async () => {
  show([
    turn('n1', { reference: null }),
    turn('n2', {}, { erased_at: '2026-11-12T10:00:00Z' }),
    turn('n3'),
    turn('n4', {}, { corrects: 'n3' }),
    turn('n5', { scored: false, concern: { kind: 'distress', say: 'Please call somebody.' } }),
  ]);
  expect((await screen.findAllByRole('heading', { level: 3 })).map((heading) => heading.textContent)).toEqual(['About n4?0 of 2 ticked']);
});

it('is not there where nothing is known of any question', async () => {
  show([turn('e1', { reference: null })]);
  await waitFor(() => expect(document.querySelector('h2')).toBeNull());
});

it('passes axe', async () => {
  show([turn('a1')]);
  await userEvent.click(await screen.findByText('About a1?'));
  expect((await axe.run(document.body, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false }, 'page-has-heading-one': { enabled: false } } })).violations.map((found) => found.id)).toEqual([]);
});
