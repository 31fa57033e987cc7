import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { Catalog, Seniority } from '../../api/types';
import { levelOf, NextLevel } from './NextLevel';
import { SeniorityOfInterview } from './seniority';

const ladder = (speaker: string) => ({
  speaker,
  question: 'What went well?',
  levels: { 1: 'All of it.', 2: 'Some of it.', 3: `${speaker} at three.`, 4: `${speaker} [3 s] at four.`, 5: `${speaker} at five.` },
});
const catalog = (rubrics: Catalog['rubrics']) => ({ rubrics }) as Catalog;
const FULL = catalog({
  impact: {
    levels: { 1: 'Nothing.', 2: 'Hinted at.', 3: 'A clear result.', 4: 'With a figure.', 5: 'Before and after.' },
    examples: { junior: ladder('a trainee'), mid: ladder('a nurse'), senior: ladder('a ward manager') },
  },
});

function show(score: number, { seniority = 'mid' as Seniority, known = FULL, anchor = '' } = {}) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
  queries.setQueryData(['catalog'], known);
  return render(
    <QueryClientProvider client={queries}>
      <SeniorityOfInterview value={seniority}>
        <NextLevel name="impact" score={score} {...(anchor ? { anchor } : {})} />
      </SeniorityOfInterview>
    </QueryClientProvider>,
  );
}

const summary = (level: number) => screen.getByText(`What level ${level} sounds like`, { exact: false });

describe('the next level', () => {
  it('opens with own level, the next one, and an example that is marked as one', async () => {
    show(3);
    expect(screen.queryByText('With a figure.')).toBeNull();
    await userEvent.click(summary(4));
    expect(screen.getByText('Yours, level 3').nextElementSibling?.textContent).toBe('A clear result.');
    expect(screen.getByText('Next, level 4').nextElementSibling?.textContent).toBe('With a figure.');
    const example = screen.getByRole('figure');
    expect(example.textContent).toContain('An example, not your answer');
    expect(example.textContent).toContain('a nurse, asked “What went well?”');
    expect(example.querySelector('blockquote')?.textContent).toBe('a nurse 3 s of silence at four.');
  });

  it('says in the words of the answer what own level means, where they came with it', async () => {
    show(3, { anchor: 'As it was scored.' });
    await userEvent.click(summary(4));
    expect(screen.getByText('As it was scored.')).toBeTruthy();
    expect(screen.queryByText('A clear result.')).toBeNull();
  });

  it('is told for the seniority of the interview', async () => {
    show(2, { seniority: 'senior' });
    await userEvent.click(summary(3));
    expect(screen.getByText('a ward manager at three.')).toBeTruthy();
    expect(screen.queryByText('a nurse at three.')).toBeNull();
  });

  it('can be reached and opened with the keyboard, and names its criterion', async () => {
    show(1);
    const opener = summary(2);
    expect(opener.tagName).toBe('SUMMARY');
    expect(opener.textContent).toBe('What level 2 sounds like in impact');
  });

  it('is not there at the top', () => {
    show(5);
    expect(screen.queryByText(/sounds like/)).toBeNull();
  });

  it('shows the words alone where a server has no examples, and says so where it has neither', async () => {
    const { unmount } = show(3, { known: catalog({ impact: { levels: { 4: 'With a figure.' } } }) });
    await userEvent.click(summary(4));
    expect(screen.getByText('With a figure.')).toBeTruthy();
    expect(screen.queryByRole('figure')).toBeNull();
    unmount();
    show(3, { known: catalog(undefined) });
    await userEvent.click(summary(4));
    expect(screen.getByText('There is no description of this level yet.')).toBeTruthy();
  });
});

it.each([
  [1, 1], [2.4, 2], [2.5, 2], [3.5, 4], [4.5, 4], [4.6, 5], [5, 5], [0.2, 1],
])('the level of a mean of %s is %s', (score, level) => expect(levelOf(score)).toBe(level));
