import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Coverage, Story } from '../../api/types';
import { citation } from '../../testing/samples';
import { StoriesPage } from './StoriesPage';
import { measure, tagsOf } from './story-text';

const story = (more: Partial<Story> = {}): Story => ({
  story_id: 'sto_1',
  title: 'The stock report',
  text: 'Last winter the report took all Friday. I moved the joins. [add: what changed]',
  competencies: ['performance'],
  source_session_id: 'ses_1',
  source_turn_id: 'trn_1',
  created_at: '2026-11-12T10:00:00Z',
  updated_at: '2026-11-12T10:00:00Z',
  words: 11,
  spoken_s: 4,
  star_parts: ['situation', 'action'],
  missing: ['task', 'result'],
  open_places: 1,
  first_line: 'Last winter the report took all Friday.',
  ...more,
});

const COVERAGE: Coverage = {
  role_pack: 'backend_engineer',
  title: 'Backend engineer',
  stories: 1,
  covered: 1,
  questions: [
    { text: 'What did you make faster?', kind: 'bank', competency: 'performance', citation: citation('P1', { source: 'role_pack' }), story: { story_id: 'sto_1', title: 'The stock report', match: 0.7, fit: 'strong', because: 'tagged “performance”' } },
    { text: 'When were you on call?', kind: 'requirement', competency: null, citation: citation('J1', { quote: 'On-call work' }), story: null },
  ],
  gaps: [{ kind: 'requirement', name: 'On-call work', text: 'On-call work', question: 'When were you on call?', citation: citation('J1') }],
};

let stories: Story[] = [];
let concern: Story['concern'] = null;
let sent: { method: string; path: string; body: unknown }[] = [];

function answer(path: string, method: string): unknown {
  if (path.startsWith('/stories/coverage')) return COVERAGE;
  if (path.startsWith('/stories')) return method === 'GET' ? { stories, most: 100 } : story({ concern });
  if (path.startsWith('/sessions')) return { sessions: [], next_cursor: null };
  return { role_packs: [{ name: 'backend_engineer', title: 'Backend engineer', field: 'software', competencies: [{ name: 'reliability', title: 'Reliability', text: '' }] }], modes: [] };
}

async function show() {
  const router = createRouter({ routeTree: createRootRoute({ component: StoriesPage }), history: createMemoryHistory({ initialEntries: ['/'] }) });
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  await screen.findByText(/likely questions have a story/);
}

beforeEach(() => {
  localStorage.setItem('interview-helper.token', 't');
  sent = [];
  concern = null;
  stories = [story()];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
    const path = url.replace(/^.*\/api\/v1/, '');
    const method = init.method ?? 'GET';
    if (method !== 'GET') sent.push({ method, path, body: init.body ? JSON.parse(String(init.body)) : null });
    if (method === 'DELETE') return new Response(null, { status: 204 });
    return new Response(JSON.stringify({ data: answer(path, method), error: null, request_id: 'r' }), { headers: { 'Content-Type': 'application/json' } });
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('the story bank', () => {
  it('shows how a story begins, what it lacks and how long it takes', async () => {
    await show();
    const card = screen.getByRole('article', { name: 'The stock report' });
    expect(card.textContent).toContain('Last winter the report took all Friday.');
    expect(card.textContent).toMatch(/About 0:04 to tell · 11 words · 1 place to fill · from an answer/);
    const parts = within(within(card).getByRole('list', { name: 'Parts of the story' })).getAllByRole('listitem');
    expect(parts.map((part) => part.textContent)).toEqual(['Situation', 'Task is missing', 'Action', 'Result is missing']);
    expect(within(card).getByText('what changed').tagName).toBe('MARK');
  });

  it('says which questions have a story, why, and which have none', async () => {
    await show();
    expect(screen.getByText(/likely questions have a story/).textContent).toContain('1 of 2 likely questions have a story.');
    expect(screen.getByText('What did you make faster?').closest('li')?.textContent).toContain('The stock report · fits well (tagged “performance”)');
    expect(screen.getByText('On-call work')).toBeTruthy();
  });

  it('offers the roles under their field of work', async () => {
    await show();
    expect(within(screen.getByRole('group', { name: 'Software' })).getByRole('option', { name: 'Backend engineer' })).toBeTruthy();
  });

  it('keeps a new story with its tags', async () => {
    await show();
    await userEvent.click(screen.getByRole('button', { name: 'Write a story' }));
    const form = within(screen.getByRole('dialog', { name: 'Write a story' }));
    expect(form.getByRole('button', { name: 'Keep this story' })).toHaveProperty('disabled', true);
    await userEvent.click(form.getByRole('textbox', { name: 'Name' }));
    await userEvent.paste('The full disk');
    await userEvent.click(form.getByRole('textbox', { name: 'Story' }));
    await userEvent.paste('One night the disk was full.');
    expect(form.getByText(/6 words, about 0:02 to tell/)).toBeTruthy();
    await userEvent.click(form.getByRole('button', { name: 'Reliability' }));
    await userEvent.click(form.getByRole('button', { name: 'Keep this story' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(sent).toEqual([{ method: 'POST', path: '/stories', body: { title: 'The full disk', text: 'One night the disk was full.', competencies: ['Reliability'] } }]);
  });

  it('says a kind word about what is told, where the server has one', async () => {
    concern = { kind: 'distress', say: 'That sounds like a hard time.' };
    await show();
    await userEvent.click(screen.getByRole('button', { name: 'Write a story' }));
    const form = within(screen.getByRole('dialog', { name: 'Write a story' }));
    await userEvent.type(form.getByRole('textbox', { name: 'Name' }), 'That spring');
    await userEvent.type(form.getByRole('textbox', { name: 'Story' }), 'I was not well.');
    await userEvent.click(form.getByRole('button', { name: 'Keep this story' }));
    expect(await screen.findByText('That sounds like a hard time.')).toBeTruthy();
  });

  it('asks before it deletes', async () => {
    await show();
    await userEvent.click(screen.getByRole('button', { name: 'Delete “The stock report”' }));
    expect(sent).toEqual([]);
    await userEvent.click(within(screen.getByRole('alertdialog')).getByRole('button', { name: 'Delete story' }));
    await waitFor(() => expect(sent).toEqual([{ method: 'DELETE', path: '/stories/sto_1', body: null }]));
  });

  it('tells how to get the first one', async () => {
    stories = [];
    await show();
    expect(screen.getByText(/press “Keep as a story”/)).toBeTruthy();
  });

  it('passes axe, its form too', async () => {
    await show();
    const rules = { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } };
    expect((await axe.run(document.body, rules)).violations.map((v) => v.id)).toEqual([]);
    await userEvent.click(screen.getByRole('button', { name: 'Write a story' }));
    expect((await axe.run(screen.getByRole('dialog'), rules)).violations.map((v) => v.id)).toEqual([]);
  });
});

describe('the text of a story', () => {
  it.each([
    ['', 0, 0, 0],
    ["I've cut it by 40%, twice.", 6, 2, 0],
    ['Then [add: what changed] it ended.', 3, 1, 1],
  ])('%j is measured', (text, words, seconds, open) => expect(measure(text)).toEqual({ words, seconds, open }));

  it('has each tag once', () => expect(tagsOf('Pace, , pace,Care ')).toEqual(['Pace', 'Care']));
});
