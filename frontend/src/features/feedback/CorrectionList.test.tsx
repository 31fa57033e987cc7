import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { Correction } from '../../api/types';
import { citation, feedback } from '../../testing/samples';
import { FeedbackPanel } from './FeedbackPanel';

const slip = (more: Partial<Correction> = {}): Correction => ({
  rule: 'de/sein_with_movement',
  quote: 'ich habe gegangen',
  better: 'ich bin gegangen',
  why: 'Verbs of going make their past with “sein”.',
  why_here: 'Verben der Bewegung bilden das Perfekt mit „sein“.',
  citation: 'A1',
  ...more,
});

function show(items: Correction[], scored = true, language = 'de') {
  const cited: string[] = [];
  const corrections = { language, items, note: 'Only well-known slips are looked for.' };
  const gaps = [
    { text: 'Man sagt „ich bin gegangen“.', citations: ['A1'] },
    { text: 'Sagen Sie mehr.', citations: ['A2'] },
  ];
  render(
    <FeedbackPanel
      text="" feedback={feedback({ scored, corrections, gaps, citations: [citation('A1'), citation('A2')] })} running={false} hideScores={false}
      onCite={({ citation_id }) => cited.push(citation_id)} onSources={() => undefined}
    />,
  );
  return { cited, region: screen.queryByRole('region', { name: 'Corrections' }) };
}

describe('corrections', () => {
  it('mark the word that changes, for eyes and for ears, in the practised language', () => {
    const { region } = show([slip()]);
    const wording = region?.querySelector('p[lang="de"]');
    expect(wording?.querySelector('del')?.textContent).toBe('not: habe');
    expect(wording?.querySelector('ins')?.textContent).toBe('but: bin');
    expect(region?.textContent).toContain('Verbs of going make their past');
    expect(region?.textContent).toContain('Verben der Bewegung');
  });

  it('open the place in the answer, and are not said a second time', async () => {
    const { cited, region } = show([slip()]);
    await userEvent.click(within(region as HTMLElement).getByRole('button'));
    expect(cited).toEqual(['A1']);
    expect(screen.getByText('Fix first').parentElement?.textContent).toContain('Sagen Sie mehr.');
    expect(screen.queryByText('Man sagt „ich bin gegangen“.')).toBeNull();
  });

  it('say what was looked for where nothing was found', () => {
    const { region } = show([]);
    expect(region?.textContent).toContain('No well-known slip found');
    expect(region?.textContent).toContain('Only well-known slips are looked for.');
  });

  it('are shown of an answer too short to score, and nothing is claimed of one without a slip', () => {
    expect(show([slip({ quote: '二个人', better: '两个人' })], false, 'zh').region?.querySelector('ins')?.textContent).toContain('两');
    document.body.replaceChildren();
    expect(show([], false).region).toBeNull();
  });
});
