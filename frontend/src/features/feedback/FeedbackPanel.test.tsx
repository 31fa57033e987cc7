import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { type ComponentProps } from 'react';
import { describe, expect, it } from 'vitest';
import type { Citation } from '../../api/types';
import { citation, feedback } from '../../testing/samples';
import { citationName, citationNames } from './CitationChip';
import { FeedbackPanel } from './FeedbackPanel';

function show(more: Partial<ComponentProps<typeof FeedbackPanel>> = {}) {
  const cited: Citation[] = [];
  const opened: Citation[][] = [];
  render(
    <FeedbackPanel
      text="" feedback={feedback()} running={false} hideScores={false}
      onCite={(citation) => cited.push(citation)} onSources={(all) => opened.push(all)} {...more}
    />,
  );
  return { cited, opened, panel: screen.getByRole('region', { name: 'Coach' }) };
}

describe('while the coach speaks', () => {
  it('shows what has come, and that more is coming', () => {
    const { panel } = show({ feedback: null, running: true, text: 'The situation is' });
    expect(panel.getAttribute('aria-busy')).toBe('true');
    expect(panel.textContent).toContain('The situation is');
  });

  it('says that the answer is being read before the first word', () => {
    expect(show({ feedback: null, running: true }).panel.textContent).toContain('Reading your answer');
  });

  it('keeps what was said before an interruption, marked', () => {
    const { panel } = show({ feedback: null, text: 'The situation is', cutShort: true });
    expect(panel.textContent).toContain('The situation is (interrupted)');
    expect(panel.getAttribute('aria-busy')).toBe('false');
  });
});

describe('feedback', () => {
  it('marks the sentence that is being said', () => {
    show({ caption: 'Say what came of it.' });
    expect(screen.getByText('Say what came of it.').tagName).toBe('MARK');
    expect(screen.getByText('The situation and the action are there.').tagName).toBe('P');
  });

  it('names one thing to keep, one to fix and one drill first', () => {
    show();
    expect(screen.getByText('Keep').parentElement?.textContent).toContain('You say what you did.');
    expect(screen.getByText('Fix first').parentElement?.textContent).toContain('Say what came of it.');
    expect(screen.getByText('Drill: Result first')).toBeTruthy();
  });

  it('has each source of a claim once, and none that nothing explains', async () => {
    const { cited } = show();
    const fix = screen.getByText('Fix first').parentElement as HTMLElement;
    const chips = within(fix).getAllByRole('button');
    expect(chips.map((chip) => chip.getAttribute('aria-label'))).toEqual(['You said: show the quoted place', 'Resume: show the quoted place']);
    await userEvent.click(chips[1] as HTMLElement);
    expect(cited.map((citation) => citation.citation_id)).toEqual(['R1']);
  });

  it('hides numbers from those who want none', () => {
    show({ hideScores: true });
    expect(screen.queryByText('Scores')).toBeNull();
    expect(screen.queryByText(/of 5/)).toBeNull();
    expect(screen.getByText('Rewrite, more points and sources')).toBeTruthy();
  });

  it('marks the open places of the rewrite and makes nothing up', () => {
    show();
    expect(screen.getByText('what changed').closest('mark')).toBeTruthy();
    expect(screen.getByText(/1 place is left for you to fill/)).toBeTruthy();
  });

  it('opens all sources', async () => {
    const { opened } = show();
    await userEvent.click(screen.getByText('See all 2 quoted places'));
    expect(opened[0]).toHaveLength(2);
  });

  it('says how much was held back', () => {
    show({ feedback: feedback({ withheld: 2 }) });
    expect(screen.getByText(/2 sentences were held back/)).toBeTruthy();
  });

  it('scores nothing where there was no answer', () => {
    show({ feedback: feedback({ scored: false, summary: '', not_scored_because: 'You asked to hear it again.' }) });
    expect(screen.getByText('You asked to hear it again.')).toBeTruthy();
    expect(screen.queryByText('Keep')).toBeNull();
  });

  it('tells what is different from the take before', () => {
    const changes = [
      { what: 'filler_count', before: 4, after: 1, better: true },
      { what: 'words', before: 40, after: null, better: null },
    ];
    show({ feedback: feedback({ compared: { turn_id: 't', changes } }) });
    const [first, second] = within(screen.getByText('Since your last take').parentElement as HTMLElement).getAllByRole('listitem');
    expect(first?.textContent).toMatch(/Filler count\s*4\s*1\s*better/);
    expect(second?.textContent).toContain('not measured');
    expect(second?.textContent).not.toContain('better');
  });
});

describe('the name of a source', () => {
  it.each([
    ['what it is', citation('A7'), 'You said'],
    ['without the number of its id', citation('J2'), 'Job'],
    ['its title where the id tells nothing', citation('X3', { title: 'Handbook' }), 'Handbook'],
    ['the role guide', citation('X3', { source: 'role_pack' }), 'Role guide'],
  ])('is %s', (_why, it, name) => expect(citationName(it)).toBe(name));

  it('is numbered only beside its like', () => {
    expect(citationNames([citation('J4'), citation('A2'), citation('J9')])).toEqual(['Job 1', 'You said', 'Job 2']);
  });
});

describe('a drill', () => {
  it.each([
    [true, 'Result first: passed'],
    [false, 'Result first: try again'],
  ])('says whether it passed (%s), and why', (passed, title) => {
    show({ feedback: feedback({ gate: { title: 'Result first', passed, why: 'The result comes later.', quote: 'Last winter' } }) });
    const gate = screen.getByRole('region', { name: 'Drill' });
    expect(within(gate).getByRole('heading', { name: title })).toBeTruthy();
    expect(gate.textContent).toContain('The result comes later.');
    expect(gate.textContent).toContain('“Last winter”');
  });
});
