import { act, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TimeLeft } from './TimeLeft';

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

const timers = (left_s: number | null) => ({ elapsed_s: 10, limit_s: 600, left_s, at: Date.now() });

it('counts down in minutes, and says when the time is up', () => {
  render(<TimeLeft timers={timers(130)} state="open" />);
  expect(screen.getByText('3 minutes left')).toBeTruthy();
  act(() => void vi.advanceTimersByTime(75_000));
  expect(screen.getByText('1 minute left')).toBeTruthy();
  act(() => void vi.advanceTimersByTime(60_000));
  expect(screen.getByText('Time is up')).toBeTruthy();
});

it('stands still in a pause', () => {
  render(<TimeLeft timers={timers(130)} state="paused" />);
  act(() => void vi.advanceTimersByTime(600_000));
  expect(screen.getByText('3 minutes left')).toBeTruthy();
});

it.each([
  ['there is no limit', timers(null), 'open'],
  ['it is over', timers(130), 'finished'],
  ['nothing is known of it', null, 'open'],
] as const)('says nothing where %s', (_, known, state) => {
  const { container } = render(<TimeLeft timers={known} state={state} />);
  expect(container.textContent).toBe('');
});
