import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { question } from '../../testing/samples';
import { WaitsForYou } from './WaitsForYou';

type Props = Parameters<typeof WaitsForYou>[0];

function show(more: Partial<Props> = {}) {
  const log: string[] = [];
  const props: Props = {
    say: 'I take what you said seriously.', asked: { ...question(), text: 'How would you like to go on?', choice: true }, caption: '', paused: false, busy: false, problem: null,
    onStop: () => log.push('stop'), onBreak: () => log.push('break'), onAnother: () => log.push('another'), ...more,
  };
  const { rerender } = render(<WaitsForYou {...props} />);
  return { log, section: screen.getByRole('region', { name: 'Before anything else' }), again: (now: Partial<Props>) => rerender(<WaitsForYou {...props} {...now} />) };
}

const choose = (name: RegExp) => userEvent.click(screen.getByRole('button', { name }));

describe('what matters more than the practice', () => {
  it('stands on the screen, has the keyboard, and offers three ways on', async () => {
    const { log, section } = show();
    expect(document.activeElement).toBe(section);
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('I take what you said seriously.');
    expect(section.textContent).toContain('How would you like to go on?');
    await choose(/^Stop here/);
    await choose(/^Take a break/);
    await choose(/^Another question/);
    expect(log).toEqual(['stop', 'break', 'another']);
    expect((await axe.run(section, { rules: { 'color-contrast': { enabled: false } } })).violations.map((found) => found.id)).toEqual([]);
  });

  it('rests until the person comes back', async () => {
    const { log, section, again } = show();
    await choose(/^Take a break/);
    again({ paused: true });
    expect(section.textContent).toContain('You are on a break.');
    expect(within(section).getAllByRole('button').map((button) => button.querySelector('strong')?.textContent)).toEqual(['Stop here', 'Another question']);
    expect(log).toEqual(['break']);
  });

  it('needs no second pause where the interview waits already', async () => {
    const { log, section } = show({ paused: true });
    expect(section.textContent).toContain('How would you like to go on?');
    await choose(/^Take a break/);
    expect(log).toEqual([]);
    expect(section.textContent).toContain('You are on a break.');
  });

  it.each<[string, Partial<Props>]>([
    ['its choice is on its way', { asked: null }],
    ['one was chosen', { busy: true }],
  ])('cannot be chosen while %s', (_while, more) => {
    show(more);
    expect(screen.getAllByRole<HTMLButtonElement>('button').every((button) => button.disabled)).toBe(true);
  });

  it('says where a choice was not taken', () => {
    show({ problem: 'The server cannot be reached.' });
    expect(screen.getByRole('alert').textContent).toBe('The server cannot be reached.');
  });
});
