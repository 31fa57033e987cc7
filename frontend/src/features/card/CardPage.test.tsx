import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { expect, it } from 'vitest';
import type { DayCard } from '../../api/types';
import { citation } from '../../testing/samples';
import { CardPage } from './CardPage';

const CARD: DayCard = {
  session: { session_id: 's', mode: 'behavioral', role: 'Backend developer', company: 'Acme' },
  stories: [
    { title: 'The full disk', first_line: 'One night the disk was full.', spoken_s: 75, answers: 'When were you on call?', story_id: 'sto_1', turn_id: null, citations: [citation('A1')] },
  ],
  requirements: [
    { text: 'On-call work', status: 'evidenced', say: 'I was on call that night.', where: 'story', source: 'The full disk', citations: [citation('J1')] },
    { text: 'Patience', status: 'missing', say: null, where: null, source: null, citations: [citation('J2')] },
  ],
  numbers: [{ number: 'twenty', said: 'It took twenty minutes.', resume: 'to 20 minutes', citations: [citation('A1'), citation('R1')] }],
  weak_spots: [{ question: 'When did you fail?', dimension: 'impact', fix: 'Say what came of it.', turn_id: 't', citations: [citation('A1')] }],
  ask_them: [{ text: 'Your posting says “On-call work”. What is hard about it today?', citations: [citation('J1')] }],
  label: 'From your own words and documents.',
};

async function show(more: Partial<DayCard> = {}) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity, refetchOnMount: false } } });
  queries.setQueryDefaults(['card'], { queryFn: async () => ({ ...CARD, ...more }) });
  queries.setQueryData(['card', 's'], { ...CARD, ...more });
  const root = createRootRoute();
  const page = createRoute({ getParentRoute: () => root, path: '/card/$sessionId', component: CardPage });
  const router = createRouter({ routeTree: root.addChildren([page]), history: createMemoryHistory({ initialEntries: ['/card/s'] }) });
  render(
    <QueryClientProvider client={queries}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  await screen.findByRole('heading', { level: 1 });
}

it('holds own words only, each with where it stands', async () => {
  await show();
  expect(screen.getByRole('heading', { level: 1, name: 'Backend developer at Acme' })).toBeTruthy();
  expect(screen.getByText('“One night the disk was full.”').parentElement?.textContent).toContain('For: When were you on call? (your story)');
  expect(screen.getByText(/I was on call that night/).textContent).toContain('(your story “The full disk”)');
  expect(screen.getByText(/Nothing shown yet/)).toBeTruthy();
  const numbers = screen.getByRole('heading', { name: /Your numbers/ }).parentElement as HTMLElement;
  expect(within(numbers).getAllByRole('button').map((chip) => chip.textContent)).toEqual(['You said', 'Resume']);
});

it('opens the place that a line rests on', async () => {
  await show();
  const watch = screen.getByRole('heading', { name: 'Watch out for' }).parentElement as HTMLElement;
  await userEvent.click(within(watch).getByRole('button'));
  expect(within(screen.getByRole('dialog')).getByText('quote of A1')).toBeTruthy();
});

it('leaves out what is empty and says what to do where all is', async () => {
  await show({ stories: [], requirements: [], numbers: [], weak_spots: [], ask_them: [] });
  expect(screen.getByText(/There is nothing to carry yet/)).toBeTruthy();
  expect(screen.queryByRole('heading', { level: 2 })).toBeNull();
});

it('passes axe', async () => {
  await show();
  const found = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } });
  expect(found.violations.map((violation) => violation.id)).toEqual([]);
});
