import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Shared } from '../../api/types';
import { SharedPage } from './SharedPage';

const SHARED: Shared = {
  session: { mode: 'behavioral', role: 'Data analyst', created_at: '2026-11-12T10:00:00Z', answers: 1 },
  turns: [
    {
      turn_id: 't1',
      retake: false,
      question: { number: 1, total: 3, text: 'Tell me of a failure.' },
      answer: {
        text: 'The report was late 😀. I moved the joins.',
        duration_s: 12,
        paragraphs: [
          { char_start: 0, char_end: 22, at_s: 0.4 },
          { char_start: 23, char_end: 41, at_s: 6.2 },
        ],
      },
      feedback: { scored: true, summary: 'Short and clear.', strengths: [{ text: 'You say what you did.', citations: [] }], gaps: [], scores: { structure: { score: 3, why: '' } } },
    },
  ],
  comments: [
    { comment_id: 'c1', turn_id: 't1', at_s: null, char_start: null, char_end: null, quote: '', author_name: 'Ines', text: '<b>Well</b> told.', created_at: '2026-11-13T10:00:00Z' },
  ],
  expires_at: '2026-11-26T10:00:00Z',
};

function answering(status: number, data: unknown) {
  const calls: { url: string; init: RequestInit | undefined }[] = [];
  vi.stubGlobal('fetch', async (url: string, init?: RequestInit) => {
    calls.push({ url, init });
    const error = status < 400 ? null : { stage: 'unknown', code: 'not_found', message_safe: 'There is nothing here.', retryable: false };
    return new Response(JSON.stringify({ data: status < 400 ? data : null, error, request_id: 'r' }), { status });
  });
  return calls;
}

async function show() {
  const root = createRootRoute();
  const page = createRoute({ getParentRoute: () => root, path: '/shared/$token', component: SharedPage });
  const router = createRouter({ routeTree: root.addChildren([page]), history: createMemoryHistory({ initialEntries: ['/shared/secret'] }) });
  const { container } = render(
    <main>
      <QueryClientProvider client={new QueryClient()}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </main>,
  );
  await screen.findByText(/^Data analyst$|does not work any more/);
  return container;
}

afterEach(() => vi.unstubAllGlobals());

describe('a shared interview', () => {
  it('shows questions, answers with their moments, and comments as plain text', async () => {
    const calls = answering(200, SHARED);
    const container = await show();
    expect(screen.getByRole('heading', { level: 1, name: 'Data analyst' })).toBeTruthy();
    expect(screen.getByText('I moved the joins.')).toBeTruthy();
    expect(screen.getByText('0:06')).toBeTruthy();
    expect(screen.getByText('<b>Well</b> told.')).toBeTruthy();
    expect(document.head.querySelector('meta[name=robots]')?.getAttribute('content')).toContain('noindex');
    expect(calls.map(({ url, init }) => [url, new Headers(init?.headers).get('Authorization')])).toEqual([['/api/v1/shared/secret', null], ['/api/v1/catalog', null]]);
    expect((await axe.run(container)).violations.map((found) => found.id)).toEqual([]);
  });

  it('takes a comment about one place, with a name', async () => {
    const calls = answering(200, SHARED);
    await show();
    await userEvent.click(screen.getByRole('button', { name: 'Comment on: I moved the joins.' }));
    await userEvent.type(screen.getByLabelText('What do you think of this part?'), 'Say why.');
    await userEvent.click(screen.getByRole('button', { name: 'Send' }));
    expect(screen.getByRole('alert').textContent).toContain('your name');
    await userEvent.type(screen.getByLabelText('Your name'), 'Ada');
    await userEvent.click(screen.getByRole('button', { name: 'Send' }));
    const sent = calls.find(({ init }) => init?.method === 'POST');
    expect(sent?.url).toBe('/api/v1/shared/secret/comments');
    expect(JSON.parse(String(sent?.init?.body))).toEqual({ turn_id: 't1', author_name: 'Ada', text: 'Say why.', char_start: 23, char_end: 41, at_s: 6.2 });
  });

  it('folds the feedback of the coach away, so that reviewers think first', async () => {
    answering(200, SHARED);
    await show();
    const folded = screen.getByText('What the AI coach said').closest('details') as HTMLDetailsElement;
    expect(folded.open).toBe(false);
    expect(within(folded).getByText('Short and clear.')).toBeTruthy();
  });

  it('says so where the link does not live any more', async () => {
    answering(404, null);
    await show();
    expect(screen.getByText('This link does not work any more')).toBeTruthy();
  });
});
