import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Author } from '../../api/types';
import { type Preferences, setPreferences, wishes } from '../settings/preferences';
import { consentOf } from './consent';
import { WhoReads } from './WhoReads';

const ELSEWHERE: Author = { kind: 'model', model: 'large', host: 'models.example.com', local: false, checked: true };
const HERE: Author = { kind: 'model', model: 'qwen3:4b', host: '127.0.0.1:11434', local: true, checked: true };

beforeEach(() => setPreferences({ author: 'auto', readsAtOnce: '', tone: 'plain' }));

describe('before anything is given', () => {
  it.each<[string, Author | null, Preferences['author'], string]>([
    ['no model', { kind: 'rules' }, 'auto', 'Nothing you give leaves this computer: no language model is connected.'],
    ['a model here', HERE, 'auto', 'Nothing you give leaves this computer: qwen3:4b runs here and writes the feedback.'],
    ['a model here that is not wanted', HERE, 'rules', 'Nothing you give leaves this computer, and no language model reads it. You can change that in the settings.'],
    ['a model here that is still tried', { ...HERE, kind: 'rules', checked: false }, 'auto', 'Nothing you give leaves this computer: qwen3:4b runs here and writes the feedback once it has passed its first check.'],
    ['an older server', null, 'auto', ''],
  ])('one line is enough: %s', (_who, author, wanted, line) => {
    setPreferences({ author: wanted });
    const { container } = render(<WhoReads author={author} />);
    expect(container.textContent).toBe(line);
  });

  it('the host elsewhere is named, with a choice that is kept', async () => {
    const { container } = render(<WhoReads author={ELSEWHERE} />);
    expect(screen.getByRole('radio', { name: 'large at models.example.com' }).getAttribute('aria-checked')).toBe('true');
    expect(container.textContent).toContain('sent to models.example.com');
    expect((await axe.run(container, { rules: { 'heading-order': { enabled: false } } })).violations.map((found) => found.id)).toEqual([]);
    await userEvent.click(screen.getByRole('radio', { name: 'Keep everything on this computer' }));
    expect(wishes().author).toBe('rules');
    expect(screen.queryByRole('switch')).toBeNull();
  });

  it('a model that has not passed its check yet is no secret', () => {
    render(<WhoReads author={{ ...ELSEWHERE, kind: 'rules', checked: false }} />);
    expect(screen.getByRole('radio', { name: 'large at models.example.com' })).toBeTruthy();
    expect(screen.getByText(/has not passed its first check/)).toBeTruthy();
  });
});

describe('the consent to read at once', () => {
  it('is given by a switch, off at first', async () => {
    render(<WhoReads author={ELSEWHERE} />);
    const allow = screen.getByRole('switch', { name: 'Let it read documents as soon as I add them' });
    expect(allow.getAttribute('aria-checked')).toBe('false');
    await userEvent.click(allow);
    expect(allow.getAttribute('aria-checked')).toBe('true');
  });

  it.each<[string, Author | null, Preferences['author'], string, string | null]>([
    ['given', ELSEWHERE, 'auto', 'models.example.com', 'models.example.com'],
    ['not given', ELSEWHERE, 'auto', '', null],
    ['given to another host', ELSEWHERE, 'auto', 'old.example.com', null],
    ['void where nothing may leave', ELSEWHERE, 'rules', 'models.example.com', null],
    ['not needed here', HERE, 'auto', '127.0.0.1:11434', null],
    ['unknown', null, 'auto', 'models.example.com', null],
  ])('is %s', (_how, author, wanted, readsAtOnce, host) => expect(consentOf(author, { author: wanted, readsAtOnce })).toBe(host));
});

describe('what an interview is asked for', () => {
  it('leaves out what is usual', () => expect(Object.keys(wishes())).toEqual(['voice_amount', 'voice_speed']));

  it('names the tone and the author that were chosen', () => {
    setPreferences({ tone: 'blunt', author: 'rules' });
    expect(wishes()).toMatchObject({ tone: 'blunt', author: 'rules' });
  });
});
