import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { StarPart } from '../../api/types';
import { star } from '../../testing/samples';
import { StarMeter, strengthWord } from './StarMeter';

function show(shown: StarPart | null = null) {
  const asked: (StarPart | null)[] = [];
  render(<StarMeter star={star()} shown={shown} onShow={(part) => asked.push(part)} />);
  return asked;
}

describe('the parts of a story', () => {
  it('are all four there, with their strength and share in words', () => {
    show();
    expect(screen.getByRole('list', { name: 'Parts of the story' }).children).toHaveLength(4);
    expect(screen.getByRole('button', { name: /Situation.*strong, 30 %/ })).toBeTruthy();
    expect(screen.getByRole('button', { name: /Task.*clear, 10 %/ })).toBeTruthy();
    expect(screen.getByRole('button', { name: /Action.*faint, 60 %/ })).toBeTruthy();
  });

  it('says what was not found, and offers nothing to show for it', async () => {
    const asked = show();
    const missing = screen.getByRole<HTMLButtonElement>('button', { name: /Result.*not found/ });
    expect(missing.disabled).toBe(true);
    await userEvent.click(missing);
    expect(asked).toEqual([]);
  });

  it('shows the sentences of a part, and hides them again', async () => {
    const asked = show('action');
    const action = screen.getByRole('button', { name: /Action/ });
    expect(action.getAttribute('aria-pressed')).toBe('true');
    await userEvent.click(action);
    await userEvent.click(screen.getByRole('button', { name: /Task/ }));
    expect(asked).toEqual([null, 'task']);
  });

  it.each([
    [1, 'strong'],
    [0.66, 'strong'],
    [0.5, 'clear'],
    [0.1, 'faint'],
  ])('calls a strength of %d %s', (strength, word) => expect(strengthWord(strength)).toBe(word));
});
