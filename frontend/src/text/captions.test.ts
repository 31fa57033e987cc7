// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { spokenPlaces } from './captions';
import { slice } from './code-points';

const said = (text: string, caption: string) => spokenPlaces(text, caption).map(({ start, end }) => slice(text, start, end));

describe('what is being said', () => {
  const text = 'A 😀 story. It tells the action; the result is open. Say it!';

  it.each([
    ['one sentence', 'It tells the action; the result is open.', ['It tells the action; the result is open.']],
    ['part of one, with spaces around it', ' the result is open. ', ['the result is open.']],
    ['more than is shown here', 'First this. A 😀 story. Say it!', ['A 😀 story.', 'Say it!']],
    ['something else', 'What changed after that?', []],
    ['nothing', '  ', []],
  ])('%s', (_name, caption, places) => expect(said(text, caption)).toEqual(places));

  it('does not take a word of another sentence for one of its own', () => {
    expect(said('It. Go on.', 'It fits. Go on.')).toEqual(['Go on.']);
  });
});
