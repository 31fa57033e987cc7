import { render, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { deliverySchema } from '../../api/events';
import type { Delivery } from '../../api/types';
import { setPreferences } from '../settings/preferences';
import { DeliveryFigures } from './DeliveryFigures';

const windows = (...rates: number[]) => rates.map((rate, at) => ({ from_s: at * 5, to_s: at * 5 + 15, words_per_minute: rate }));
const delivery = (more: object = {}): Delivery =>
  deliverySchema.parse({
    words_per_minute: 150, filler_count: 2, pauses: { count: 0, longest_s: 0 }, talk_time_s: 60, word_count: 150,
    pace: windows(150, 155, 160, 150), said_i: 5, said_we: 1,
    how: { words_per_minute: 'Words by seconds.', pace: 'Over 15 s.', pauses: 'Silences.', said_i: 'Counted, and scored nowhere.' },
    withheld: [], ...more,
  });

const more = () => screen.getByText('How this was measured').closest('details') as HTMLElement;

afterEach(() => setPreferences({ hideScores: false, hiddenFigures: [] }));

describe('how it was measured', () => {
  it('says it for each figure that was measured, and for none that was withheld', () => {
    render(<DeliveryFigures delivery={delivery({ withheld: [{ figure: 'pauses', why: 'No word times.' }] })} />);
    expect(within(more()).getByText('Words by seconds.')).toBeTruthy();
    expect(within(more()).queryByText('Silences.')).toBeNull();
  });

  it('shows the pace along the answer, and where it was fast for a while', () => {
    const outside = { way: 'fast', from_s: 10, to_s: 45, words_per_minute: 212.4 };
    render(<DeliveryFigures delivery={delivery({ pace: windows(150, 170, 205, 210, 215, 220, 210), pace_outside: outside })} />);
    const table = within(more()).getByRole('table', { name: 'Words a minute along the answer' });
    expect(within(table).getAllByRole('row')).toHaveLength(7);
    expect(more().querySelectorAll('circle[data-outside]')).toHaveLength(5);
    expect(within(more()).getByText('From 0:10 to 0:45 it was fast, at about 212 words a minute.')).toBeTruthy();
  });

  it('says where it was easy to follow throughout', () => {
    render(<DeliveryFigures delivery={delivery()} />);
    expect(within(more()).getByText(/^Nowhere fast or slow for long/)).toBeTruthy();
  });

  it('counts “I” and “we”', () => {
    render(<DeliveryFigures delivery={delivery()} />);
    expect(within(more()).getByText('“I” 5 times, “we” once. Counted, and scored nowhere.')).toBeTruthy();
  });

  it('leaves out what was switched off', () => {
    setPreferences({ hiddenFigures: ['pace', 'i_we'] });
    render(<DeliveryFigures delivery={delivery()} />);
    expect(within(more()).queryByRole('table')).toBeNull();
    expect(within(more()).queryByText('Words by seconds.')).toBeNull();
    expect(within(more()).queryByText(/“we”/)).toBeNull();
    expect(within(more()).getByText('Silences.')).toBeTruthy();
  });

  it('shows no measured number in calm practice', () => {
    setPreferences({ hideScores: true });
    render(<DeliveryFigures delivery={delivery({ pace_outside: { way: 'slow', from_s: 0, to_s: 30, words_per_minute: 95 } })} />);
    expect(screen.getAllByText('Pace')[0]?.parentElement?.textContent).toBe('Paceslow for a while');
    expect(within(more()).queryByRole('table')).toBeNull();
    expect(within(more()).queryByText(/times/)).toBeNull();
  });

  it('is absent where a server says nothing about it', () => {
    render(<DeliveryFigures delivery={{ ...delivery(), how: {}, pace: undefined } as unknown as Delivery} />);
    expect(screen.queryByText('How this was measured')).toBeNull();
  });
});
