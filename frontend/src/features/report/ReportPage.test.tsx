import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import type { Report } from '../../api/types';
import { citation, feedback } from '../../testing/samples';
import { setPreferences } from '../settings/preferences';
import { ReportPage } from './ReportPage';

const REPORT: Report = {
  session: { session_id: 's', mode: 'behavioral', role: 'Data analyst', company: 'Acme', answered: 2, state: 'finished', created_at: '2026-11-12T10:00:00Z' },
  summary: 'Two answers were scored.',
  scores: { structure: { score: 3.25, why: 'Two of two had a situation.', trend: 0.5 } },
  delivery: { words_per_minute: 142.4, filler_count: 0, talk_time_s: 83, note: null },
  star_coverage: { situation: 1, task: 0.5, action: 1, result: 0 },
  strengths: [{ text: 'You say what you did.', citations: ['A1'], evidence: [citation('A1')] }],
  gaps: [],
  best_answer: { question: 'Tell me of a failure.', answer: 'I moved the joins.', score: 4 },
  rewritten_answers: [{ question: 'Tell me of a failure.', rewrite: feedback().rewrite }, { question: 'Empty?', rewrite: { text: '', slots: [] } }],
  drills: [{ title: 'Result first', instruction: '60 seconds.' }],
  job_fit: {
    requirements: [
      { text: 'Good SQL', status: 'evidenced', citations: [citation('A1'), citation('A1', { char_start: 9 })] },
      { text: 'Patience', status: 'missing', citations: [] },
    ],
  },
  timeline: [
    { turn_id: 't1', question: 'Tell me of a failure.', scored: true, words: 52, duration_s: 83 },
    { turn_id: 't2', question: 'And then?', outcome: 'cancelled', words: 1 },
  ],
};

async function show(report: Partial<Report> = {}) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity, refetchOnMount: false } } });
  queries.setQueryDefaults(['report'], { queryFn: async () => ({ ...REPORT, ...report }) });
  queries.setQueryData(['report', 's'], { ...REPORT, ...report });
  const root = createRootRoute();
  const page = createRoute({ getParentRoute: () => root, path: '/report/$sessionId', component: ReportPage });
  const router = createRouter({ routeTree: root.addChildren([page]), history: createMemoryHistory({ initialEntries: ['/report/s'] }) });
  render(
    <QueryClientProvider client={queries}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  await screen.findByRole('heading', { level: 1 });
}

afterEach(() => setPreferences({ hideScores: false }));

describe('the report', () => {
  it('says whose it is and what it comes to', async () => {
    await show();
    expect(screen.getByRole('heading', { level: 1, name: 'Data analyst' })).toBeTruthy();
    expect(screen.getByText('Two answers were scored.')).toBeTruthy();
    expect(screen.getByText(/Acme · 2 answers/)).toBeTruthy();
  });

  it('opens the place that a point rests on', async () => {
    await show();
    const points = screen.getByRole('heading', { name: 'What worked' }).parentElement as HTMLElement;
    await userEvent.click(within(points).getByRole('button', { name: 'You said: show the quoted place' }));
    expect(within(screen.getByRole('dialog')).getByText('quote of A1')).toBeTruthy();
  });

  it('holds each requirement of the job against what was shown', async () => {
    await show();
    expect(screen.getByText(/1 of 2 shown/)).toBeTruthy();
    const [, first, second] = screen.getAllByRole('row');
    expect(first?.textContent).toMatch(/Good SQL.*Shown.*You said/);
    expect(within(first as HTMLElement).getAllByRole('button')).toHaveLength(1);
    expect(second?.textContent).toMatch(/Patience.*Not yet/);
  });

  it('says what was said and ticked where nobody judged, and that nobody did', async () => {
    await show({
      author: 'rules',
      competencies: [],
      self_check: { ticked: 12, of: 20, answers: [{ turn_id: 't1', question: 'Tell me of a failure.', ticked: 3, of: 5 }] },
      job_fit: {
        requirements: [
          { text: 'Good SQL', status: 'mentioned', citations: [citation('J1'), citation('A1')] },
          { text: 'Owns ETL', says: 'Runs the nightly loads alone', status: 'ticked', citations: [citation('J2')] },
          { text: 'Patience', status: 'not_judged', citations: [citation('J3')] },
        ],
      },
    });
    expect(screen.getByText('Of 3, you spoke of 1 and ticked 1. How well you showed them is not judged.')).toBeTruthy();
    expect(screen.getAllByRole('row').slice(1).map((row) => row.querySelector('td')?.textContent)).toEqual(['Said by you', 'Ticked by you', 'Not judged']);
    expect(screen.getByRole('rowheader', { name: /Runs the nightly loads alone/ }).querySelector('q')?.textContent).toBe('Owns ETL');
    const check = screen.getByRole('heading', { name: 'Your own check' }).parentElement as HTMLElement;
    expect(check.textContent).toContain('You ticked 12 of 20 points.');
    expect(within(check).getByRole('definition').textContent).toBe('3 of 5');
    expect(screen.getByText(/without a language model/).textContent).toContain('connect one in the settings');
  });

  it.each([
    ['a model has judged', { relevance: { score: 4, why: 'It answers.' } }, 'model' as const],
    ['answers were judged, whoever wrote the summary', { relevance: { score: 4, why: 'It answers.' } }, 'rules' as const],
  ])('does not say so where %s', async (_where, scores, author) => {
    await show({ scores, author });
    expect(screen.queryByText(/without a language model/)).toBeNull();
  });

  it('has the next steps of an author in place of the drills, and says while more is coming', async () => {
    await show({ author: 'rules', coming: true, next_steps: [{ title: 'One number', instruction: 'Find the figure of your best story.' }] });
    expect(screen.getByRole('heading', { name: 'Before the next interview' }).parentElement?.textContent).toContain('Find the figure');
    expect(screen.queryByRole('heading', { name: 'Practise next' })).toBeNull();
    expect(screen.getByRole('status').textContent).toContain('still writing');
  });

  it('says what the best answer was chosen by', async () => {
    await show({ best_answer: { question: 'Tell me of a failure.', answer: 'I moved the joins.', score: null, why: 'You ticked four of five points.' } });
    expect(screen.getByText('You ticked four of five points.')).toBeTruthy();
  });

  it('counts no fillers where nothing was spoken', async () => {
    await show({ delivery: { filler_count: 0, word_count: 52, talk_time_s: null, note: 'Nothing was spoken, so fillers are not measured.' } });
    expect(screen.getByText('52')).toBeTruthy();
    expect(screen.queryByText('Fillers')).toBeNull();
  });

  it('speaks of the job only where there was one', async () => {
    await show();
    expect(screen.getByRole('heading', { name: /such a role/ })).toBeTruthy();
  });

  it('leaves out what is empty, and figures that were not measured', async () => {
    await show();
    expect(screen.queryByRole('heading', { name: 'What to work on' })).toBeNull();
    expect(screen.queryByText('Long pauses')).toBeNull();
    expect(screen.getByText('Fillers').parentElement?.textContent).toContain('none recognised');
    expect(screen.queryByText('Empty?')).toBeNull();
  });

  it('tells the parts of the stories and the course of the interview', async () => {
    await show();
    expect(screen.getByText('Task').parentElement?.textContent).toContain('50 %');
    const timeline = screen.getByRole('heading', { name: 'Timeline' }).parentElement as HTMLElement;
    expect(within(timeline).getAllByRole('listitem').map((entry) => entry.textContent)).toEqual([
      'Tell me of a failure.1:23 · 52 words',
      'And then?1 word · interrupted',
    ]);
  });

  it('hides scores from those who want none', async () => {
    setPreferences({ hideScores: true });
    await show();
    expect(screen.queryByRole('heading', { name: 'Scores' })).toBeNull();
  });

  it('stands with nothing in it', async () => {
    await show({ scores: {}, strengths: [], drills: [], best_answer: null, rewritten_answers: [], job_fit: { requirements: [] }, timeline: [], star_coverage: {}, delivery: {}, summary: 'No answer has been scored yet.' });
    expect(screen.getByText('No answer has been scored yet.')).toBeTruthy();
    expect(screen.queryByRole('table')).toBeNull();
  });
});
