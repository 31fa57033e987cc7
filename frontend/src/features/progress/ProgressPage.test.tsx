import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { cleanup, render, screen, within } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import type { Progress } from '../../api/types';
import { ProgressPage } from './ProgressPage';

const EMPTY: Progress = {
  sessions: [],
  competencies: [],
  delivery: [],
  streaks: { current: 0, longest: 0 },
  dimensions: {},
  next_drill: null,
};
const day = (n: number) => `2026-11-0${n}T10:00:00Z`;

function show(progress: Progress) {
  const body = JSON.stringify({ data: progress, error: null, request_id: 'r' });
  localStorage.setItem('interview-helper.token', 't');
  vi.stubGlobal('fetch', async () => new Response(body, { headers: { 'Content-Type': 'application/json' } }));
  const router = createRouter({
    routeTree: createRootRoute({ component: ProgressPage }),
    history: createMemoryHistory({ initialEntries: ['/'] }),
  });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('says what will be here before the first answer', async () => {
  show(EMPTY);
  await screen.findByRole('heading', { name: 'Your progress' });
  expect(screen.getByRole('link', { name: 'Set up an interview' })).toBeDefined();
});

it('tells scores in words too, weakest first', async () => {
  show({
    ...EMPTY,
    sessions: [
      { session_id: 'a', at: day(1), mode: 'behavioral', overall: 2, answers: 3 },
      { session_id: 'b', at: day(2), mode: 'technical', overall: 3.5, answers: 1 },
    ],
    streaks: { current: 2, longest: 2 },
    dimensions: { structure: 4, impact: 1.5 },
  });
  await screen.findByText('2 interviews, 4 answers, 2 days in a row.');
  const table = screen.getByRole('table', { name: 'Mean score of each interview' });
  expect(within(table).getAllByRole('cell').map((cell) => cell.textContent)).toEqual(['2', '3.5']);
  expect(screen.getAllByRole('term').map((term) => term.textContent)).toEqual(['Impact', 'Structure']);
  expect(screen.getAllByRole('link').map((link) => link.textContent)).toEqual(['Technical interview', 'Behavioral interview']);
});

it('counts what was ticked, and says once that meaning is not judged', async () => {
  show({
    ...EMPTY,
    sessions: [
      { session_id: 'a', at: day(1), mode: 'behavioral', overall: null, answers: 3 },
      { session_id: 'b', at: day(2), mode: 'behavioral', overall: null, answers: 1 },
    ],
    self_checks: [
      { session_id: 'a', at: day(1), ticked: 4, of: 15, answers: 3 },
      { session_id: 'b', at: day(2), ticked: 3, of: 5, answers: 1 },
    ],
  });
  await screen.findByText('You ticked 7 of 20 points of a strong answer; last time 3 of 5.');
  const table = screen.getByRole('table', { name: 'Points ticked in each interview, in percent' });
  expect(within(table).getAllByRole('cell').map((cell) => cell.textContent)).toEqual(['26.7', '60']);
  expect(screen.getAllByText(/without a language model/)).toHaveLength(1);
  expect(screen.queryByRole('heading', { name: /What needs most/ })).toBeNull();
});

it('counts answers that nobody scored, and says why a drill comes next', async () => {
  show({
    ...EMPTY,
    sessions: [{ session_id: 'a', at: day(1), mode: 'behavioral', overall: null, answers: 1, unscored: 2 }],
    competencies: [
      { competency: 'teamwork', scores: [], trend: null, answers: 2, ticked: 3, of: 5 },
      { competency: 'learning', scores: [], trend: null, answers: 1, ticked: 0, of: 0 },
    ],
    next_drill: { title: 'Say more', instruction: 'Answer again.', why: 'It was 9 words.' },
  });
  await screen.findByText('1 interview, 3 answers.');
  expect(screen.getByText('It was 9 words.')).toBeDefined();
  expect(screen.getAllByRole('definition').map((said) => said.textContent)).toEqual(['3 of 5 points ticked', '1 answer']);
});
