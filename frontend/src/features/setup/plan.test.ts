import { expect, it } from 'vitest';
import type { Catalog } from '../../api/types';
import { defaultsOf, minutesOf, planOf } from './plan';

const catalog = { modes: [{ name: 'behavioral', title: 'B', minutes_per_question: 4 }], difficulties: [], languages: [], role_packs: [] } as unknown as Catalog;
const draft = { ...defaultsOf(catalog), questions: 6 };

it.each([
  ['the usual time of an interview', {}, 24, undefined],
  ['no limit where it is studied', { practice: 'study' }, 0, undefined],
  ['no limit where none is wanted', { minutes: 0 }, 0, 0],
  ['the time that is wanted', { minutes: 15 }, 15, 15],
  ['the time that is wanted in a drill too', { practice: 'drill', minutes: 15 }, 15, 15],
])('has %s', (_, change, shown, sent) => {
  const plan = { ...draft, ...change };
  expect(minutesOf(plan, catalog)).toBe(shown);
  expect(planOf(plan, []).minutes).toBe(sent);
});
