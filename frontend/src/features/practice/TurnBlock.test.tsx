import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ended, feedback, heard, question } from '../../testing/samples';
import type { AnswerControls } from './answer-controls';
import { TurnBlock } from './TurnBlock';
import { applyItem, newTurn, type TurnView } from './turn-machine';

const turn = (more: Partial<TurnView> = {}): TurnView => ({
  ...[heard(1, 'I moved sixteen joins.'), ended(2, 'completed')].reduce(applyItem, newTurn(question(), { spoken: true })),
  feedback: feedback(),
  ...more,
});
const answers: AnswerControls = { correct: () => undefined, erase: async () => undefined, object: async () => undefined };

function show(shown: TurnView, more: Partial<Parameters<typeof TurnBlock>[0]> = {}) {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <TurnBlock sessionId="s" turn={shown} take={1} hideScores={false} answers={answers} onSource={() => undefined} {...more} />
    </QueryClientProvider>,
  );
}

afterEach(() => void vi.unstubAllGlobals());

describe('an answer beside the points of the bank', () => {
  const points = [
    { id: 'p1', text: 'It reads fewer rows.' },
    { id: 'p2', text: 'It costs writes.' },
  ];

  it('is ticked as it was stored, and what changes is sent', async () => {
    const sent: string[] = [];
    vi.stubGlobal('fetch', async (url: string, { method = 'GET', body }: RequestInit = {}) => {
      sent.push(`${method} ${url} ${typeof body === 'string' ? body : ''}`);
      return Response.json({ data: { access_token: 'x', ticked: ['p1', 'p2'] }, error: null });
    });
    show(turn({ feedback: feedback({ reference: { points, mistakes: [], model_answer: '', citations: [] } }), selfCheck: { ticked: ['p2'] } }));
    const region = screen.getByRole('region', { name: 'Points of a strong answer' });
    expect(region.textContent).toContain('1 of 2 ticked by you');
    await userEvent.click(within(region).getByRole('checkbox', { name: 'It reads fewer rows.' }));
    expect(region.textContent).toContain('2 of 2 ticked by you');
    await waitFor(() => expect(sent).toContain('PUT /api/v1/sessions/s/turns/t/self_check {"ticked":["p1","p2"]}'));
  });
});

describe('an answer that ended too soon', () => {
  it('can be gone on with', async () => {
    const gone: (string | null)[] = [];
    show(turn(), { onGoOn: ({ turnId }) => gone.push(turnId) });
    await userEvent.click(screen.getByRole('button', { name: 'I was not finished' }));
    expect(gone).toEqual(['t']);
  });
});

describe('what was no answer', () => {
  it('is not measured', () => {
    const delivery = { word_count: 4, fillers: [], hedges: [], pace: [], how: {}, withheld: [] };
    show(turn({ delivery, feedback: feedback({ scored: false, intent: 'hint', summary: 'Think of one case.' }) }));
    expect(screen.getByText('Think of one case.')).toBeTruthy();
    expect(screen.queryByText('Words')).toBeNull();
  });
});

describe('an answer in which something matters more', () => {
  const weighty = turn({ feedback: feedback({ scored: false, concern: { kind: 'distress', say: 'Please call somebody.' } }) });

  it('is not taken again, gone on with, or kept as a story', () => {
    show(weighty, { onGoOn: () => undefined, onRetry: () => undefined });
    expect(screen.getAllByRole('button').map((button) => button.textContent?.trim())).toEqual(['Correct what was heard', 'Erase this answer']);
    expect(screen.getByText('Please call somebody.')).toBeTruthy();
  });

  it('is not said twice where it stands large above', () => {
    show(weighty, { saidAbove: true });
    expect(screen.queryByText('Please call somebody.')).toBeNull();
    expect(screen.getByText('I moved sixteen joins.')).toBeTruthy();
  });
});
