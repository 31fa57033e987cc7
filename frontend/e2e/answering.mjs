/** The journey of a candidate who answers back: consent, points that come late, a wrong point, a misheard word, a concern. */
import { openPage } from './browser.mjs';
import { button, clean, comes, LONG, look, questionText, status, TYPED, typeAnswer, yourTurn } from './steps.mjs';

export async function answering({ context, base, shots, mocked, check }) {
  if (!mocked) return; // what it needs to happen is done on demand by the scripted server alone
  const { page, seen } = await openPage(context, base);
  await page.goto(base);
  await consent(page, shots, check);
  await button(page, /Start interview|Reading/).click();
  await page.getByRole('region', { name: 'Question' }).waitFor({ timeout: LONG });
  await yourTurn(page);
  const last = page.getByRole('region', { name: 'Your last answer' });
  await late(page, last, shots, check);
  await wrongPoint(page, last, shots, check);
  await misheard(page, last, check);
  await checkThis(page, last, shots, check);
  await concern(page, last, shots, check);
  await erase(page, last, shots, check);
  await model(page, shots, check);
  clean(seen, check);
}

/** The host is named before anything is given, and nothing reaches it at once unless that is allowed. */
async function consent(page, shots, check) {
  const choice = page.getByRole('radiogroup', { name: 'Who reads your documents and answers?' });
  await choice.waitFor({ timeout: LONG });
  check('the host is named before the first upload', (await choice.innerText()).includes('models.example.com'));
  await page.getByRole('switch', { name: /Let it read documents/ }).click();
  await look(page, shots, 'consent', check);
  const given = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/documents'));
  await button(page, 'Try with a sample').click();
  check('what is given carries the consent', JSON.parse((await given).postData()).consent === 'models.example.com');
  await page.getByText('ready', { exact: true }).nth(1).waitFor({ timeout: LONG });
}

/** The rules speak first; what the model found later takes its place, and the keyboard stays where it was. */
async function late(page, last, shots, check) {
  await typeAnswer(page, `${TYPED} LATE`);
  await last.getByText('Measured on this computer; no model judged it.').waitFor({ timeout: LONG });
  await look(page, shots, 'rules', check);
  await page.getByRole('textbox', { name: 'Your answer' }).focus();
  await last.getByText('More notes came in').waitFor({ timeout: LONG });
  check('late points take the place of the first ones', await comes(last.getByText('Written by mock-large at models.example.com and checked.').waitFor()));
  check('without taking the keyboard away', (await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))) === 'Your answer');
  check('and a screen reader is told', /More notes came in on your answer to question 1\./.test(await page.getByRole('log').innerText()));
  await look(page, shots, 'revised', check);
}

async function wrongPoint(page, last, shots, check) {
  await yourTurn(page);
  const trigger = last.getByRole('button', { name: /^This point is wrong: The answer stops/ });
  await trigger.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('The report names the result');
  await look(page, shots, 'objecting', check);
  const sent = page.waitForRequest((request) => request.url().endsWith('/objections'));
  await page.keyboard.press('Enter');
  const body = JSON.parse((await sent).postData());
  check('a point is called wrong by keyboard, and why', body.point === 'gaps.0' && body.why === 'The report names the result', JSON.stringify(body));
  await last.getByText('Noted', { exact: false }).first().waitFor({ timeout: LONG });
  check('and the keyboard stays there', /Noted/.test(await page.evaluate(() => document.activeElement?.textContent ?? '')));
  await page.reload();
  await last.waitFor({ timeout: LONG });
  check('it is still noted after a reload', await comes(last.getByText('Noted', { exact: false }).first().waitFor({ timeout: LONG })));
  await yourTurn(page);
}

async function misheard(page, last, check) {
  const waiting = await questionText(page);
  await last.getByRole('button', { name: 'Correct what I wrote' }).click();
  const field = last.getByRole('textbox', { name: 'What you wrote' });
  await field.fill(`${TYPED.replace('sixty depots', 'sixteen depots')} POINTS`);
  const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/turns'));
  await last.getByRole('button', { name: 'Send the correction' }).click();
  check('the correction says what it corrects', typeof JSON.parse((await sent).postData()).corrects === 'string');
  await last.getByText('sixteen depots').first().waitFor({ timeout: LONG });
  const box = last.getByRole('checkbox', { name: /without reading the whole table/ });
  await box.waitFor({ timeout: LONG });
  await yourTurn(page);
  check('the new judgement takes the place of the old', (await page.getByText('Earlier answers').count()) === 0);
  check('and no question is used up', (await questionText(page)) === waiting);
  const ticked = page.waitForRequest((request) => request.url().endsWith('/self_check'));
  await box.focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('3');
  check('points are ticked by keyboard, and sent as one', JSON.parse((await ticked).postData()).ticked.join() === 'p1,p3');
}

async function checkThis(page, last, shots, check) {
  await last.getByText('See an example answer').click();
  await look(page, shots, 'self-check', check);
  await typeAnswer(page, `${TYPED} ERROR`);
  await last.getByRole('region', { name: 'Check this' }).waitFor({ timeout: LONG });
  await yourTurn(page);
  await look(page, shots, 'errors', check);
}

/** The line stays, nothing runs, and the person chooses; in doubt the interview goes on by itself. */
async function concern(page, last, shots, check) {
  const place = () => page.getByText(/^Question \d of \d/).first().innerText();
  const before = await place();
  await typeAnswer(page, 'I am sorry, my mother died that week and I cannot say more. URGENT');
  const waits = page.getByRole('region', { name: 'Before anything else' });
  await waits.waitFor({ timeout: LONG });
  await status(page, 'Take your time').waitFor({ timeout: LONG });
  const choose = (name) => waits.getByRole('button', { name });
  await choose(/^Take a break/).and(page.locator(':enabled')).waitFor({ timeout: LONG });
  check('what was said stands alone', (await last.getByText(/Keep|Fix first|Scores|Situation/).count()) + (await page.getByText(/^Question \d of/).count()) === 0);
  check('the keyboard is there', await waits.evaluate((it) => it === document.activeElement));
  check('and nothing listens', (await page.getByRole('button', { name: /Start your answer|Send answer/ }).count()) === 0);
  await look(page, shots, 'concern', check, { sizes: [[1440, 900], [360, 740]] });
  await page.reload();
  await choose(/^Take a break/).click();
  check('a break waits', await comes(waits.getByText('You are on a break.', { exact: false }).waitFor({ timeout: LONG })));
  await choose(/^Another question/).click();
  await yourTurn(page);
  check('no question is used up', (await place()) === before);
  check('and the choice is no answer', (await page.getByText('Another question, please.').count()) === 0);

  await typeAnswer(page, 'It was a bad time, I was not well. DOUBT');
  await last.getByText(/stays with you/).waitFor({ timeout: LONG });
  await yourTurn(page);
  check('in doubt the interview goes on', (await waits.count()) === 0);
  await look(page, shots, 'doubt', check, { sizes: [[360, 740]] });
}

async function erase(page, last, shots, check) {
  await last.getByRole('button', { name: 'Erase this answer' }).click();
  await look(page, shots, 'erasing', check, { sizes: [[1440, 900], [390, 844]] });
  await button(page, 'Erase answer').click();
  await last.getByText('You erased this answer.').waitFor({ timeout: LONG });
  check('an erased answer is gone', (await page.getByText('I was not well').count()) === 0);
  await page.reload();
  await last.getByText('You erased this answer.').waitFor({ timeout: LONG });
  check('for good', (await page.getByText('I was not well').count()) === 0);
}

/** A model on this machine is used after one confirmation that names it. */
async function model(page, shots, check) {
  await page.getByRole('link', { name: 'Settings' }).click();
  await button(page, 'Use qwen3:4b from Ollama').click();
  await look(page, shots, 'use-model', check, { sizes: [[390, 844]] });
  check('one confirmation names it', await comes(page.getByRole('alertdialog', { name: 'Use qwen3:4b from Ollama on this computer?' }).waitFor()));
  await button(page, 'Use it').click();
  await page.getByText('In use: qwen3:4b on this computer.').waitFor({ timeout: LONG });
  await page.getByText('Technical details').click();
  await look(page, shots, 'models', check);
}
