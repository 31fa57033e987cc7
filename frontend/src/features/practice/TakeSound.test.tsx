import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { forgetTakes, keepTake } from '../../audio/takes';
import type { Stretch } from '../../text/said-at';
import { TakeSound } from './TakeSound';
import { useTakeSound } from './use-take-sound';

function Take({ turnId, part }: { turnId: string; part: Stretch | null }) {
  return <TakeSound sound={useTakeSound(turnId)} part={part} />;
}

const played: HTMLMediaElement[] = [];

beforeEach(() => {
  played.length = 0;
  URL.createObjectURL = () => 'blob:take';
  URL.revokeObjectURL = () => undefined;
  HTMLMediaElement.prototype.play = function play() {
    played.push(this);
    return Promise.resolve();
  };
  HTMLMediaElement.prototype.pause = function pause() {
    this.dispatchEvent(new Event('pause'));
  };
});

afterEach(forgetTakes);

it('is there while the page has the sound of the answer', () => {
  render(<Take turnId="t" part={null} />);
  expect(screen.queryByRole('button')).toBeNull();
  act(() => keepTake('t', new Blob(['sound'])));
  expect(screen.getByRole('button', { name: 'Hear yourself' })).toBeDefined();
  act(() => forgetTakes());
  expect(screen.queryByRole('button')).toBeNull();
});

it('plays the marked part, from its first word to its last', async () => {
  keepTake('t', new Blob(['sound']));
  render(<Take turnId="t" part={{ start_s: 4, end_s: 6 }} />);
  await userEvent.click(screen.getByRole('button', { name: 'Hear this part' }));
  const [audio] = played;
  expect(audio?.currentTime).toBeCloseTo(3.85);
  expect(screen.getByRole('button', { name: 'Stop' })).toBeDefined();
  act(() => {
    if (audio) audio.currentTime = 6.2;
    audio?.dispatchEvent(new Event('timeupdate'));
  });
  expect(screen.getByRole('button', { name: 'Hear this part' })).toBeDefined();
});
