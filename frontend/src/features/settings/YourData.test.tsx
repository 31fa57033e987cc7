import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { YourData } from './YourData';

const TOKEN = 'interview-helper.token';
const PAUSES = 'interview-helper.pauses';

let sent: string[] = [];
let refused = false;

async function openLeave() {
  const router = createRouter({ routeTree: createRootRoute({ component: YourData }), history: createMemoryHistory({ initialEntries: ['/'] }) });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  await userEvent.click(await screen.findByRole('button', { name: 'Leave this browser' }));
  return screen.findByRole('alertdialog', { name: 'Delete your practice before you leave?' });
}

beforeEach(() => {
  localStorage.setItem(TOKEN, 't');
  localStorage.setItem(PAUSES, '[700]');
  sent = [];
  refused = false;
  vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
    sent.push(`${init.method ?? 'GET'} ${url.replace(/^.*\/api\/v1/, '')}`);
    const error = refused ? { stage: 'unknown', code: 'busy', message_safe: 'Try again in a moment.', retryable: true } : null;
    return new Response(JSON.stringify({ data: {}, error, request_id: 'r' }), { status: refused ? 503 : 200, headers: { 'Content-Type': 'application/json' } });
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('leaving this browser', () => {
  it('says what becomes of the data before anything happens', async () => {
    const dialog = await openLeave();
    expect(dialog.textContent).toContain('stay on the server and nobody can open them again');
    expect((await axe.run(dialog)).violations.map((found) => found.id)).toEqual([]);
    await userEvent.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    expect(sent).toEqual([]);
    expect(localStorage.getItem(TOKEN)).toBe('t');
  });

  it('deletes everything and forgets who was here', async () => {
    const dialog = await openLeave();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Delete everything and leave' }));
    await waitFor(() => expect(localStorage.getItem(TOKEN)).toBeNull());
    expect(sent).toEqual(['DELETE /me']);
    expect(localStorage.getItem(PAUSES)).toBe('[]');
  });

  it('leaves the data where that is wished, and ends the token', async () => {
    const dialog = await openLeave();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Leave without deleting' }));
    await waitFor(() => expect(localStorage.getItem(TOKEN)).toBeNull());
    expect(sent).toEqual(['POST /auth/logout']);
  });

  it('forgets nothing where the server did not do it', async () => {
    refused = true;
    const dialog = await openLeave();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Delete everything and leave' }));
    expect((await screen.findByRole('alert')).textContent).toContain('Try again in a moment.');
    expect(localStorage.getItem(TOKEN)).toBe('t');
  });
});
