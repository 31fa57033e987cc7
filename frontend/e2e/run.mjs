/** Browser journeys against a running product: node e2e/run.mjs --base URL --audio MICROPHONE.wav --shots DIR [--chromium PATH] */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values } = parseArgs({ options: { base: { type: 'string' }, audio: { type: 'string' }, shots: { type: 'string' }, chromium: { type: 'string' } } });
const base = values.base ?? 'http://127.0.0.1:8000';
const shots = values.shots ?? mkdtempSync(join(tmpdir(), 'shots-'));
mkdirSync(shots, { recursive: true });
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let passed = 0;
let failed = 0;

const check = (ok, what, detail = '') => {
  if (ok) passed += 1; else failed += 1;
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${what}${ok ? '' : ` ${detail}`}`);
};

async function browserWith(extra, run, { width = 1440, height = 900, dark = false } = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: values.chromium ?? '/usr/bin/chromium', headless: true, viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required', ...extra],
  });
  const page = context.pages()[0] ?? (await context.newPage());
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
  page.on('request', (request) => { if (!request.url().startsWith(base) && !/^(data|blob):/.test(request.url())) errors.push(`outside request ${request.url()}`); });
  try {
    await run(page, errors);
  } catch (error) {
    await page.screenshot({ path: join(shots, `failed-${failed}.png`) }).catch(() => undefined);
    check(false, 'the journey runs to its end', String(error).slice(0, 600));
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

async function accessible(page, where) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa'] }));
  check(found.violations.length === 0, `no accessibility violation: ${where}`,
    found.violations.map((v) => `${v.id}: ${v.nodes[0]?.html.slice(0, 120)}`).join(' | '));
}

const FAKE_MICROPHONE = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${values.audio}%noloop`];
const ANSWER = 'In my last role the weekly stock report took most of Friday, so I was asked to make it faster. I looked at where the time went, moved the joins into the database and wrote a short guide for the team. After that it took twenty minutes and nobody stayed late.';

// One whole interview by voice.
await browserWith(FAKE_MICROPHONE, async (page, errors) => {
  await page.addInitScript(() => {
    window.played = [];
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
      this.addEventListener('timeupdate', () => { if (this.currentTime > 0.2) window.played.push(this.currentSrc); });
      return play.call(this);
    };
  });
  await page.goto(base);
  await page.getByRole('button', { name: 'Try with a sample' }).click();
  await page.getByText('Customer Support Lead').first().waitFor();
  await page.getByRole('button', { name: /Start interview/ }).waitFor({ timeout: 30_000 });
  await page.screenshot({ path: join(shots, 'setup-1440-light.png'), fullPage: true });
  await accessible(page, 'set-up');
  await page.getByText('More choices').click();
  await page.getByRole('combobox', { name: /^Questions/ }).selectOption('2');
  await page.getByRole('button', { name: /Start interview/ }).click();
  await page.getByText('Question 1 of 2').waitFor();
  check(true, 'an interview starts from documents');
  await page.waitForFunction(() => window.played.length > 0, undefined, { timeout: 15_000 });
  check(true, 'the question is heard: the audio element really plays');
  await page.waitForFunction(() => document.querySelector('.status')?.textContent === 'Your turn', undefined, { timeout: 20_000 });
  await accessible(page, 'practice room');
  const question = await page.locator('.question h1').textContent();
  await page.getByRole('button', { name: 'Record your answer' }).click();
  await page.getByText('Listening to you').waitFor();
  await page.waitForTimeout(14_000);
  await page.screenshot({ path: join(shots, 'recording-1440-light.png') });
  await page.getByRole('button', { name: 'Stop and send' }).click();
  await page.getByRole('heading', { name: 'What was heard' }).waitFor({ timeout: 60_000 });
  const heard = (await page.locator('.transcript').textContent()) ?? '';
  check(heard.split(/\s+/).length >= 12, 'the spoken answer is written down', heard);
  await page.getByRole('heading', { name: /^(Feedback|Not scored)$/ }).waitFor({ timeout: 60_000 });
  await page.waitForFunction(() => /Your turn|The coach is speaking/.test(document.querySelector('.status')?.textContent ?? ''), undefined, { timeout: 60_000 });
  await page.waitForFunction(() => document.querySelector('.feedback')?.getAttribute('aria-busy') !== 'true', undefined, { timeout: 60_000 });
  check(true, 'feedback is seen');
  await page.waitForFunction((before) => document.querySelector('.question h1')?.textContent !== before || /Not scored/.test(document.body.innerText), question, { timeout: 60_000 });
  check(true, 'a next question follows');
  await page.screenshot({ path: join(shots, 'feedback-1440-light.png'), fullPage: true });
  await accessible(page, 'feedback');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Type instead' }).click();
  await page.getByLabel('Your answer').fill(ANSWER);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.feedback .points li').first().waitFor({ timeout: 60_000 });
  check(true, 'a typed answer gets feedback');
  const chip = page.locator('.feedback .chip').first();
  await chip.waitFor({ timeout: 60_000 });
  await chip.click();
  check((await page.locator('mark.quote').count()) > 0, 'a citation opens the quoted place');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /See the report|Finish and see the report/ }).first().click({ timeout: 60_000 });
  await page.getByRole('heading', { name: 'Your report' }).waitFor({ timeout: 30_000 });
  await page.getByRole('heading', { name: 'Job fit' }).waitFor();
  check(true, 'the report is shown');
  await page.screenshot({ path: join(shots, 'report-1440-light.png'), fullPage: true });
  await accessible(page, 'report');
  check(errors.length === 0, 'no error in the console and no request to the outside', errors.join(' | '));
});

// A phone in the dark, by keyboard, with the microphone refused.
await browserWith([], async (page, errors) => {
  await page.goto(base);
  await page.getByRole('button', { name: /Start interview/ }).waitFor({ timeout: 30_000 });
  await page.screenshot({ path: join(shots, 'setup-390-dark.png'), fullPage: true });
  await accessible(page, 'set-up, dark');
  await page.getByRole('button', { name: /Start interview/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByText(/Question 1 of/).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Record your answer' }).click();
  await page.getByRole('alert').waitFor();
  check(/type your answer/i.test((await page.getByRole('alert').first().textContent()) ?? ''), 'a refused microphone leads to typing');
  await page.screenshot({ path: join(shots, 'practice-390-dark.png'), fullPage: true });
  await page.getByRole('button', { name: 'Type instead' }).click();
  await page.getByLabel('Your answer').fill(ANSWER);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('button', { name: 'Stop the coach' }).click();
  await page.waitForFunction(() => document.querySelector('.status')?.textContent === 'Your turn', undefined, { timeout: 10_000 });
  check(true, 'the coach can be stopped, and it is your turn');
  await page.screenshot({ path: join(shots, 'feedback-390-dark.png'), fullPage: true });
  await accessible(page, 'practice, dark');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1);
  check(!wide, 'nothing is wider than a phone');
  check(errors.filter((e) => !/NotAllowed|Permission/i.test(e)).length === 0, 'no error in the console', errors.join(' | '));
}, { width: 390, height: 844, dark: true });

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
