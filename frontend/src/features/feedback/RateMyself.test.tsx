import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, describe, expect, it } from 'vitest';
import { applyItem, newTurn, type TurnView } from '../practice/turn-machine';
import { TurnBlock } from '../practice/TurnBlock';
import { setPreferences } from '../settings/preferences';
import { ended, event, feedback, heard, question, star } from '../../testing/samples';

const DELIVERY = { words_per_minute: 142, filler_count: 1, fillers: [], hedges: [], pauses: { count: 0, longest_s: 0 }, talk_time_s: 61, word_count: 140, fillers_per_minute: 1, withheld: [] };

function answered(final = feedback(), over = false): TurnView {
  const items = [
    event(1, 'turn.started', { question_id: 'q1', state: 'transcribing' }),
    heard(2),
    event(3, 'delivery', DELIVERY),
    event(4, 'star', star()),
    event(5, 'feedback.final', final),
    ...(over ? [ended(6, 'completed')] : []),
  ];
  return items.reduce<TurnView>((turn, item) => applyItem(turn, item), newTurn(question(), { spoken: true }));
}

function show(turn: TurnView, keep: (overall: number) => Promise<void> = async () => undefined, asked = true, calm = false) {
  return render(
    <main>
      <h1>Practice</h1>
      <h2>Your last answer</h2>
      <TurnBlock sessionId="s" turn={turn} take={1} hideScores={calm} onSource={() => undefined} onRate={asked ? (_, overall) => keep(overall) : undefined} />
    </main>,
  );
}

afterEach(() => setPreferences({ hideScores: false, hiddenFigures: [] }));

describe('rating oneself first', () => {
  it('keeps the feedback back until the answer is rated, and then shows both', async () => {
    const kept: number[] = [];
    const { container } = show(answered(), async (overall) => void kept.push(overall));
    expect(screen.queryByRole('region', { name: 'Coach' })).toBeNull();
    expect(screen.queryByText('Pace')).toBeNull();
    expect((await axe.run(container)).violations.map((found) => found.id)).toEqual([]);
    await userEvent.click(screen.getByRole('button', { name: /4\s*Good/ }));
    expect(kept).toEqual([4]);
    expect(screen.getByRole('region', { name: 'Coach' })).toBeTruthy();
    expect(screen.getByText(/You gave it 4 of 5; the scores come to 3/)).toBeTruthy();
  });

  it('stands alone where nobody judged', async () => {
    show({ ...answered(), feedback: feedback({ author: 'rules' }) });
    await userEvent.click(screen.getByRole('button', { name: /4\s*Good/ }));
    expect(screen.getByText('You called it “Good”.')).toBeTruthy();
  });

  it('can be skipped', async () => {
    show(answered());
    await userEvent.click(screen.getByRole('button', { name: /Skip/ }));
    expect(screen.getByRole('region', { name: 'Coach' })).toBeTruthy();
    expect(screen.queryByText(/You gave it/)).toBeNull();
  });

  it('says why a rating was not kept, and does not show the feedback for it', async () => {
    show(answered(), async () => {
      throw new Error('offline');
    });
    await userEvent.click(screen.getByRole('button', { name: /1\s*Not there yet/ }));
    expect(screen.getByRole('alert').textContent).toContain('Something went wrong');
    expect(screen.queryByRole('region', { name: 'Coach' })).toBeNull();
  });

  it('is not asked of what was no answer, of the past, or of those who did not want it', () => {
    const nothing = feedback({ scored: false, summary: 'You asked to hear it again.' });
    for (const [turn, asked] of [[answered(nothing), true], [answered(feedback(), true), true], [answered(), false]] as const) {
      const { unmount } = show(turn, async () => undefined, asked);
      expect(screen.getByRole('region', { name: 'Coach' })).toBeTruthy();
      expect(screen.queryByText('How did that go?')).toBeNull();
      unmount();
    }
  });
});

describe('calm practice', () => {
  it('shows no figure anywhere in an answer', () => {
    setPreferences({ hideScores: true });
    show(answered(), undefined, false, true);
    expect(screen.getByText('Pace').parentElement?.textContent).toBe('Paceeasy to follow');
    expect(screen.getByText('Fillers').parentElement?.textContent).toBe('Fillersfew');
    expect(screen.getByRole('list', { name: 'Parts of the story' }).textContent).not.toMatch(/\d/);
    expect(screen.queryByText('Talking')).toBeNull();
  });

  it('leaves out single figures that were switched off', () => {
    setPreferences({ hiddenFigures: ['pace', 'words'] });
    show(answered(), undefined, false);
    expect(screen.queryByText('Pace')).toBeNull();
    expect(screen.getByText('Talking').parentElement?.textContent).toBe('Talking1:01');
  });
});
