import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { WordChanges } from './WordChanges';

it('marks what is new and what was left out', () => {
  const { container } = render(<WordChanges before="We moved the joins on Friday." now="I moved the joins, and it took 20 minutes." />);
  expect(screen.getByText('Your words, compared with the take before')).toBeDefined();
  expect(container.querySelector('ins')?.textContent).toContain('I');
  expect([...container.querySelectorAll('del')].map((part) => part.textContent).join(' ')).toContain('Friday');
});

it('says nothing where the words are the same', () => {
  const { container } = render(<WordChanges before="I moved the joins." now="i moved the joins." />);
  expect(container.textContent).toBe('');
});
