import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { useState } from 'react';
import { describe, expect, it } from 'vitest';
import type { Reference } from '../../api/types';
import { citation } from '../../testing/samples';
import { SelfCheck } from './SelfCheck';
import type { TickControls } from './use-ticks';

const REFERENCE: Reference = {
  points: [
    { id: 'p1', text: 'It reads fewer rows.' },
    { id: 'p2', text: 'It costs writes.', requirement: 'Good SQL' },
    { id: 'p3', text: 'Speaks to “Patience”', requirement: 'Patience' },
  ],
  mistakes: [{ id: 'm1', text: 'It makes inserts faster.', correction: 'It makes them slower.' }],
  model_answer: 'Faster reads, slower writes.',
  citations: [citation('J1', { quote: '- quote of J1' }), citation('R1')],
};

function Held({ start, log, more }: { start: string[]; log: string[][]; more: Partial<TickControls> }) {
  const [ticked, setTicked] = useState(start);
  const onTick = (now: string[]) => {
    log.push(now);
    setTicked(now);
  };
  return <SelfCheck reference={REFERENCE} ticks={{ check: { ticked }, state: 'kept', problem: null, onTick, ...more }} onCite={({ citation_id: id }) => log.push([id])} />;
}

function show(start: string[] = [], more: Partial<TickControls> = {}) {
  const log: string[][] = [];
  render(<Held start={start} log={log} more={more} />);
  const region = screen.getByRole('region', { name: 'Points of a strong answer' });
  const box = (name: string) => within(region).getByRole<HTMLInputElement>('checkbox', { name });
  return { log, region, box };
}

describe('the points of a strong answer', () => {
  it('are ticked by mouse, in the order of the list, and counted', async () => {
    const { log, region, box } = show(['p2']);
    expect(box('It costs writes.').checked).toBe(true);
    await userEvent.click(screen.getByText('It reads fewer rows.'));
    expect(region.textContent).toContain('2 of 3 ticked by you');
    await userEvent.click(box('It costs writes.'));
    expect(log).toEqual([['p1', 'p2'], ['p1']]);
  });

  it('are ticked by keyboard: arrows move, space and digits tick', async () => {
    const { log, box } = show();
    box('It reads fewer rows.').focus();
    await userEvent.keyboard('{ArrowUp}{ArrowDown} ');
    expect(document.activeElement).toBe(box('It costs writes.'));
    await userEvent.keyboard('1');
    expect(document.activeElement).toBe(box('It reads fewer rows.'));
    await userEvent.keyboard('{End}{Home}19');
    expect(log).toEqual([['p2'], ['p1', 'p2'], ['p2']]);
  });

  it('name what the job asks for, unless they say it themselves', () => {
    const { box } = show();
    const described = (name: string) => document.getElementById(box(name).getAttribute('aria-describedby') ?? '')?.textContent;
    expect(described('It costs writes.')).toBe('The job asks for it: “Good SQL”');
    expect(described('Speaks to “Patience”')).toBeUndefined();
  });

  it('are only read where nothing can be ticked', () => {
    const { box } = show(['p1'], { onTick: undefined });
    expect(box('It reads fewer rows.').disabled).toBe(true);
  });

  it('quote the posting and the resume, and lead there', async () => {
    const { log, region } = show();
    const lines = within(region).getByRole('list', { name: 'What bears on this question' });
    expect(within(lines).getAllByRole('listitem').map((line) => line.textContent)).toEqual(['Jobquote of J1', 'Resumequote of R1']);
    await userEvent.click(within(lines).getByRole('button', { name: 'Resume: show the quoted place' }));
    expect(log).toEqual([['R1']]);
  });

  it('come with the usual mistakes and what is right, and an example answer folded, which says that it is not theirs', async () => {
    const { region } = show();
    expect(within(region).getByRole('term').textContent).toBe('Often said: “It makes inserts faster.”');
    expect(within(region).getByRole('definition').textContent).toBe('What is right: It makes them slower.');
    const example = screen.getByText('Faster reads, slower writes.').closest('details');
    expect(example?.open).toBe(false);
    await userEvent.click(screen.getByText('See an example answer'));
    expect(example?.open).toBe(true);
    expect(example?.querySelector('figcaption')?.textContent).toBe('One possible answer, not yours');
  });

  it.each<[string, Partial<TickControls>, RegExp]>([
    ['wait for a connection', { state: 'waiting' }, /kept here and sent when it is back/],
    ['are refused', { state: 'refused', problem: 'This was not found.' }, /This was not found\. Your ticks are not kept\./],
    ['lead to a drill', { check: { ticked: ['p1'], drill: { title: 'The price', instruction: 'Say what it costs.' } } }, /Practise next: The price\. Say what it costs\./],
  ])('say so where they %s', (_what, more, said) => {
    expect(show([], more).region.textContent).toMatch(said);
  });

  it('passes axe', async () => {
    const { region } = show(['p1']);
    expect((await axe.run(region, { rules: { 'color-contrast': { enabled: false } } })).violations.map((found) => found.id)).toEqual([]);
  });
});
