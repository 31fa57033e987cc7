import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { useState } from 'react';
import { describe, expect, it } from 'vitest';
import { groupsOf, type Role } from './role-groups';
import { RolePicker } from './RolePicker';

const ROLES: Role[] = [
  { name: 'nurse', title: 'Registered nurse', field: 'care', aliases: ['RN', 'licensed practical nurse', 'staff nurse'] },
  { name: 'security', title: 'Security officer', field: 'public_service' },
  { name: 'hr', title: 'HR generalist', field: 'hr' },
  { name: 'assistant', title: 'Care assistant', field: 'care' },
];

function Held({ log, start }: { log: string[]; start: string }) {
  const [value, setValue] = useState(start);
  const onChange = (name: string) => {
    log.push(name);
    setValue(name);
  };
  return <RolePicker label="Question bank" value={value} roles={ROLES} automatic="Chosen by your job" onChange={onChange} />;
}

function show(start = '') {
  const log: string[] = [];
  render(
    <>
      <Held log={log} start={start} />
      <button type="button">Next</button>
    </>,
  );
  const input = screen.getByRole<HTMLInputElement>('combobox', { name: 'Question bank' });
  const options = () => screen.queryAllByRole('option').map((option) => option.textContent);
  const active = () => document.getElementById(input.getAttribute('aria-activedescendant') ?? '')?.textContent;
  return { log, input, options, active };
}

describe('the choice of a role', () => {
  it('goes by field of work, with the choice of the program first', async () => {
    const { input, options } = show();
    expect(input.value).toBe('Chosen by your job');
    await userEvent.click(input);
    expect(options()).toEqual(['Chosen by your job', 'Care assistant', 'Registered nurse', 'HR generalist', 'Security officer']);
    expect(screen.getAllByRole('group').map((group) => group.getAttribute('aria-label'))).toEqual(['Care', 'HR', 'Public service']);
    await userEvent.click(within(screen.getByRole('group', { name: 'Care' })).getByText('Registered nurse'));
    expect(input.value).toBe('Registered nurse');
    expect(screen.queryByRole('listbox')).toBeNull();
  });

  it.each([
    ['nur', ['Registered nurse']],
    ['practical lic', ['Registered nurse licensed practical nurse']],
    ['public', ['Security officer']],
    ['CARE', ['Care assistant', 'Registered nurse']],
  ])('is found by what is typed: %s', async (typed, expected) => {
    const { input, options } = show();
    await userEvent.click(input);
    await userEvent.keyboard(typed);
    expect(options()).toEqual(expected);
  });

  it('is made by keyboard alone', async () => {
    const { input, log, active } = show('nurse');
    await userEvent.tab();
    expect(document.activeElement).toBe(input);
    await userEvent.keyboard('{ArrowDown}');
    expect(active()).toBe('Registered nurse');
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{ArrowUp}');
    expect(active()).toBe('Security officer');
    await userEvent.keyboard('{ArrowDown}{Enter}');
    expect(log).toEqual(['']);
    await userEvent.keyboard('sec{Enter}');
    expect(log).toEqual(['', 'security']);
  });

  it('stays as it was where it is left without choosing', async () => {
    const { input, log, options } = show('nurse');
    await userEvent.click(input);
    await userEvent.keyboard('sec{Escape}');
    expect(input.value).toBe('Registered nurse');
    await userEvent.keyboard('hr');
    expect(options()).toEqual(['HR generalist']);
    await userEvent.tab();
    expect(input.value).toBe('Registered nurse');
    expect(log).toEqual([]);
    expect(document.activeElement?.textContent).toBe('Next');
  });

  it('says so where nothing is found, and chooses nothing', async () => {
    const { log, options } = show();
    await userEvent.tab();
    await userEvent.keyboard('astronaut{Enter}');
    expect(options()).toEqual([]);
    expect(screen.queryByRole('listbox')).toBeNull();
    expect(screen.getByRole('status').textContent).toContain('No role by that name.');
    expect(log).toEqual([]);
  });

  it('passes axe, open and narrowed down', async () => {
    const { input } = show('nurse');
    await userEvent.click(input);
    const check = async () => (await axe.run(document.body, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false }, 'page-has-heading-one': { enabled: false } } })).violations.map((found) => found.id);
    expect(await check()).toEqual([]);
    await userEvent.keyboard('zzz');
    expect(await check()).toEqual([]);
  });
});

it('is one group where no fields are known', () => {
  expect(groupsOf([{ name: 'b', title: 'B' }, { name: 'a', title: 'A' }])).toEqual([{ title: 'Other roles', roles: [{ name: 'a', title: 'A' }, { name: 'b', title: 'B' }] }]);
});
