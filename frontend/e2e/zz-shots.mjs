import { readFileSync } from 'node:fs';
import { openBrowser, openPage, axeFindings } from './browser.mjs';
const { token, sid } = JSON.parse(readFileSync('/tmp/seed.json', 'utf8'));
const [, , path, name, act] = process.argv;
const base = 'http://127.0.0.1:8032';
const b = await openBrowser({ executable: '/usr/bin/chromium', audio: '/tmp/none.wav' });
const { page, seen } = await openPage(b.context, base);
await page.addInitScript((t) => localStorage.setItem('interview-helper.token', t), token);
await page.goto(base + path.replace('SID', sid));
await page.waitForTimeout(1500);
if (act === 'write') { await page.getByRole('button', { name: 'Write a story' }).click(); await page.waitForTimeout(300); }
if (act === 'pdf') { await page.pdf({ path: `/tmp/shots/${name}.pdf`, preferCSSPageSize: true }); }
for (const [theme, w] of [['light', 1280], ['dark', 390]]) {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.setViewportSize({ width: w, height: 844 });
  await page.waitForTimeout(200);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await page.screenshot({ path: `/tmp/shots/${name}-${w}-${theme}.png`, fullPage: act !== 'write' });
  console.log(w, theme, 'overflow', over, 'axe', await axeFindings(page));
}
console.log(seen.errors);
await b.close();
