import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import type { StudyHelp as Help } from '../../api/types';
import { StudyHelp } from './StudyHelp';

const EXAMPLE = { text: 'I moved the joins. [add: what changed]', label: 'An example, not your answer.' };

function show(help: Partial<Help> | null) {
  const asked: string[] = [];
  localStorage.setItem('interview-helper.token', 't');
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    const data = { question_id: 'q', author: 'model', hints: ['Say what it costs.'], example: null, ...help };
    const error = { stage: 'session', code: 'x', message_safe: 'Nothing is studied here.', retryable: false };
    return help ? Response.json({ data, error: null }) : Response.json({ data: null, error }, { status: 409 });
  });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <StudyHelp sessionId="s" questionId="q" hints={['Name the thing.']} />
    </QueryClientProvider>,
  );
  return { asked, open: () => userEvent.click(screen.getByText('Help with this question')) };
}

afterEach(() => void vi.unstubAllGlobals());

it('asks for an example when it is opened, and marks what only the candidate knows', async () => {
  const { asked, open } = show({ example: EXAMPLE });
  expect(asked).toEqual([]);
  await open();
  expect((await screen.findByText('what changed')).closest('mark')).toBeTruthy();
  expect(screen.getByRole('figure').textContent).toContain('An example, not your answer.');
  expect(screen.getByText('Say what it costs.')).toBeTruthy();
  expect(asked).toEqual(['/api/v1/sessions/s/study']);
});

it('says so where there is no example', async () => {
  await show({}).open();
  expect(await screen.findByText('There is no example for this question.')).toBeTruthy();
});

it('keeps its own hints where help does not come, and says why', async () => {
  await show(null).open();
  expect((await screen.findByRole('alert')).textContent).toContain('Nothing is studied here.');
  expect(screen.getByText('Name the thing.')).toBeTruthy();
});
