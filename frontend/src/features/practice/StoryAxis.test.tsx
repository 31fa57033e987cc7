import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import type { StarSpan } from '../../api/types';
import { StoryAxis } from './StoryAxis';

const spans: StarSpan[] = [
  { part: 'situation', char_start: 0, char_end: 50, start_s: 1, end_s: 10 },
  { part: 'action', char_start: 51, char_end: 150, start_s: 12, end_s: 31 },
];
const typed = spans.map(({ part, char_start, char_end }) => ({ part, char_start, char_end }));
const list = () => screen.getByRole('list', { name: 'Where each part was told' });

it('puts each part where it was said', async () => {
  const asked: (StarSpan | null)[] = [];
  const { rerender } = render(<StoryAxis spans={spans} length={200} seconds={40} onShow={(span) => asked.push(span)} plays />);
  const action = screen.getByRole('button', { name: 'Action, 0:12 to 0:31: hear it' });
  expect(action.parentElement?.style.left).toBe('30%');
  expect(action.parentElement?.style.width).toBe('47.5%');
  await userEvent.click(action);
  rerender(<StoryAxis spans={spans} length={200} seconds={40} shown={spans[1]} onShow={(span) => asked.push(span)} plays />);
  expect(action.getAttribute('aria-pressed')).toBe('true');
  await userEvent.click(action);
  expect(asked).toEqual([spans[1], null]);
});

it('goes by the text of an answer that was typed', () => {
  render(<StoryAxis spans={typed} length={200} onShow={() => undefined} />);
  expect(screen.getByRole('button', { name: 'Action' }).parentElement?.style.left).toBe('25.5%');
  expect(screen.queryByText('0:00')).toBeNull();
});

it('shows in a report what nothing plays', () => {
  render(<StoryAxis spans={spans} length={200} seconds={40} />);
  expect(within(list()).queryAllByRole('button')).toEqual([]);
  expect(within(list()).getByRole('img', { name: 'Situation, 0:01 to 0:10' })).toBeTruthy();
});

it('is not there where no part was found', () => {
  const { container } = render(<StoryAxis spans={[]} length={200} seconds={40} />);
  expect(container.childElementCount).toBe(0);
});
