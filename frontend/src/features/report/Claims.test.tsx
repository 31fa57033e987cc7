import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import type { Citation, Claim } from '../../api/types';
import { citation } from '../../testing/samples';
import { Claims } from './Claims';

const claim = (id: string, more: Partial<Claim> = {}): Claim => ({
  claim_id: id,
  turn_id: 't',
  kind: 'number',
  text: `claim ${id}`,
  char_start: 0,
  char_end: 5,
  status: 'new',
  citations: [citation(`A${id}`)],
  ask: `Ask about ${id}?`,
  ...more,
});

const RESUME = [{ document_id: 'd', title: 'Resume' }];

function show(claims: Claim[], checked = RESUME) {
  const cited: Citation[][] = [];
  const { container } = render(
    <main>
      <h1>Report</h1>
      <Claims claims={claims} checked={checked} onCite={(chosen, all) => cited.push([chosen, ...all])} />
    </main>,
  );
  return { cited, container };
}

describe('what was claimed', () => {
  it('says what the resume tells differently, and what to be ready for', async () => {
    const { cited, container } = show([
      claim('1', { status: 'conflict', text: 'team of eight', citations: [citation('A1'), citation('R1')] }),
      claim('2', { status: 'supported', ask: null }),
    ]);
    const conflict = screen.getByText('team of eight').closest('li') as HTMLElement;
    expect(conflict.textContent).toContain('Ask about 1?');
    await userEvent.click(within(conflict).getByRole('button', { name: 'Resume: show the quoted place' }));
    expect(cited[0]?.map((one) => one.citation_id)).toEqual(['R1', 'A1', 'R1']);
    expect(screen.getByText('One is in your resume too')).toBeTruthy();
    expect((await axe.run(container)).violations.map((found) => found.id)).toEqual([]);
  });

  it('folds away what is not worth a question', () => {
    show([claim('1'), claim('2', { ask: null, text: 'three weeks' })]);
    expect(screen.getByRole('heading', { name: 'Not in your resume' })).toBeTruthy();
    expect(screen.getByText('1 more, less likely to come up').closest('details')?.textContent).toContain('three weeks');
  });

  it('shows the only ones there are, even where nobody would ask', () => {
    show([claim('1', { ask: null, text: 'three weeks' })]);
    expect(screen.getByText('three weeks').closest('details')).toBeNull();
  });

  it('holds nothing against a resume that is not there', () => {
    show([claim('1')], []);
    expect(screen.getByText(/There was no resume in this interview/)).toBeTruthy();
    expect(screen.queryByText('Not in your resume')).toBeNull();
  });

  it('is silent where nothing was claimed', () => {
    expect(show([]).container.querySelector('section')).toBeNull();
  });
});
