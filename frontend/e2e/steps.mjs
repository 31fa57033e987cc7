/** Steps that journeys share: setting up, waiting, typing, and looking at a screen. */
import { join } from 'node:path';
import { axeFindings } from './browser.mjs';

export const LONG = 90_000; // a cold model on two cores
export const TYPED =
  'In December the tracking service of sixty depots went down while I was on call. I found that a queue had filled up, ' +
  'so I moved the stuck messages aside and restarted the readers. I wrote the public report the same day.';

export const button = (page, name) => page.getByRole('button', { name });

export async function setUp(page, base, { documents = true } = {}) {
  await page.goto(base);
  await button(page, 'Start interview').waitFor({ timeout: LONG });
  if (documents) await button(page, 'Try with a sample').click();
  await button(page, /Start interview|Reading/).click();
  await page.getByRole('region', { name: 'Question' }).waitFor({ timeout: LONG });
}

export const questionText = (page) => page.getByRole('region', { name: 'Question' }).getByRole('heading', { level: 1 }).innerText();
export const status = (page, text) => page.locator('main strong', { hasText: text }).first();
/** The coach has said all it says of the last answer. */
export const coached = (page) => page.getByRole('region', { name: 'Your last answer' }).locator('section[aria-busy="false"]').waitFor({ timeout: LONG });
/** What is folded under the coach's first words: scores, sources, and a rewrite where there is one. */
export const REST = /^(Scores|Rewrite|Sources)\b/;
export const yourTurn = (page) => status(page, 'Ready: your turn').waitFor({ timeout: LONG });

/** Whether what is waited for comes. */
export const comes = (waited) => waited.then(() => true, () => false);

export async function heard(page, type, since = 0) {
  await page.waitForFunction(([t, n]) => window.heard.filter((e) => e.type === t).length > n, [type, since], { timeout: LONG });
  return page.evaluate((t) => window.heard.filter((e) => e.type === t).length, type);
}

export async function typeAnswer(page, text) {
  if (await button(page, 'Type instead').isVisible()) await button(page, 'Type instead').click();
  await page.getByRole('textbox', { name: 'Your answer' }).fill(text);
  await button(page, 'Send answer').click();
}

export function clean(seen, check) {
  check('no error in the console', seen.errors.length === 0, seen.errors.slice(0, 3).join(' | '));
  check('no request leaves the server', seen.foreign.length === 0, seen.foreign.slice(0, 3).join(' '));
}

/** Pictures at phone and desktop width in both themes, and axe in each theme. */
export async function look(page, shots, name, check, { sizes = [[1440, 900], [390, 844]] } = {}) {
  for (const theme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    for (const [width, height] of sizes) {
      await page.setViewportSize({ width, height });
      await page.waitForTimeout(150);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (overflow > 0) check(`${name} fits ${width} px`, false, `${overflow} px too wide`);
      await page.screenshot({ path: join(shots, `${name}-${width}-${theme}.png`), fullPage: sizes.length > 1 });
    }
    const found = await axeFindings(page);
    check(`${name} passes axe, ${theme}`, found.length === 0, found.join('; '));
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}
