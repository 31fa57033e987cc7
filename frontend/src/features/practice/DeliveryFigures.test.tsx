import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../api/types';
import { DeliveryFigures } from './DeliveryFigures';

const why = 'This answer was typed, so there is no sound to measure it on.';

const delivery = (more: Partial<Delivery> = {}): Delivery => ({
  words_per_minute: null, filler_count: 0, fillers: [], hedges: [], pauses: null, talk_time_s: null, word_count: 42, fillers_per_minute: null, pace: [],
  how: { filler_count: 'Counted in the transcript.', word_count: 'Words of the transcript.' },
  withheld: ['words_per_minute', 'fillers_per_minute'].map((figure) => ({ figure, why })),
  ...more,
});

describe('how it was said', () => {
  it('tells no count of fillers of a typed answer, and names them as not measured', () => {
    const { container } = render(<DeliveryFigures delivery={delivery()} />);
    expect([...container.querySelectorAll('dl:first-of-type > div > dt')].map((dt) => dt.textContent)).toContain('Words');
    expect(screen.queryByText('Fillers')).toBeNull();
    expect(screen.getByText(/^Not measured: pace, fillers\./)).toBeTruthy();
  });

  it('tells it of a spoken one, and no bare zero', () => {
    render(<DeliveryFigures delivery={delivery({ talk_time_s: 30, fillers_per_minute: 0, withheld: [] })} />);
    expect(screen.getAllByText('Fillers')[0]?.nextElementSibling?.textContent).toBe('none recognised');
  });
});
