import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { setPreferences } from '../settings/preferences';
import { Downloads } from './Downloads';

afterEach(() => {
  setPreferences({ hideScores: false });
  vi.unstubAllGlobals();
});

it.each([
  [false, '/api/v1/sessions/s/report.pdf'],
  [true, '/api/v1/sessions/s/report.pdf?figures=false'],
])('saves a PDF that hides scores as the page does: %s', async (hideScores, wanted) => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    const error = url.includes('.pdf') ? { code: 'not_found', message_safe: 'There is none.' } : null;
    const body = JSON.stringify({ data: { access_token: 'token' }, error, request_id: 'r' });
    return new Response(body, { status: error ? 404 : 200, headers: { 'Content-Type': 'application/json' } });
  });
  setPreferences({ hideScores });
  render(<Downloads sessionId="s" />);
  await userEvent.click(screen.getByRole('button', { name: 'Download' }));
  await userEvent.click(screen.getByRole('menuitem', { name: 'Report (PDF)' }));
  await screen.findByRole('alert');
  expect(asked.filter((url) => url.includes('.pdf'))).toEqual([wanted]);
});
