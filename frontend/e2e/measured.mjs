/** The journey of a candidate whom no model reads: they tick what they said, go on with an answer, and study a question. */
import { openPage } from './browser.mjs';
import { button, clean, comes, LONG, look, status, TYPED, typeAnswer, yourTurn } from './steps.mjs';

const SIZES = { sizes: [[1440, 900], [360, 740]] };

export async function measured({ context, base, shots, mocked, check }) {
  if (!mocked) return; // what it needs to happen is done on demand by the scripted server alone
  const { page, seen } = await openPage(context, base);
  await page.goto(base);
  await page.getByRole('radio', { name: /^Keep everything on/ }).click({ timeout: LONG });
  await page.locator('summary', { hasText: 'questions' }).click();
  await page.getByRole('radio', { name: 'Study' }).click();
  await button(page, 'Try with a sample').click();
  await button(page, /Start interview|Reading/).click();
  await page.getByRole('region', { name: 'Question' }).waitFor({ timeout: LONG });
  await yourTurn(page);
  const last = page.getByRole('region', { name: 'Your last answer' });
  await study(page, shots, check);
  await goOn(page, last, check);
  await ticks(page, last, shots, check);
  await insult(page, shots, check);
  await report(page, shots, check);
  clean({ ...seen, errors: seen.errors.filter((e) => !/ERR_INTERNET_DISCONNECTED|Failed to load resource/.test(e)) }, check);
}

async function study(page, shots, check) {
  await page.getByText('Help with this question').click();
  await page.getByText(/An example, not your answer/).waitFor({ timeout: LONG });
  check('an example has its open places marked', (await page.locator('figure mark').count()) === 2);
  await look(page, shots, 'study', check, SIZES);
}

/** An answer that ended too soon is gone on with, and is one. */
async function goOn(page, last, check) {
  await typeAnswer(page, TYPED);
  await yourTurn(page);
  await last.getByRole('button', { name: 'I was not finished' }).click();
  await page.getByText('Go on where you stopped').waitFor();
  const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/turns'));
  await typeAnswer(page, 'And no depot lost a parcel. POINTS');
  check('it says which answer goes on', typeof JSON.parse((await sent).postData()).continues === 'string');
  await last.getByText('And no depot lost a parcel.').waitFor({ timeout: LONG });
  await yourTurn(page);
  check('both halves are one answer', (await page.getByText('Earlier answers').count()) === 0 && (await last.getByText('In December').count()) > 0);
}

/** Ticks made without a connection are sent when it is back. */
async function ticks(page, last, shots, check) {
  const points = last.getByRole('region', { name: 'Points of a strong answer' });
  await points.waitFor({ timeout: LONG });
  check('that nobody judges is said once', (await page.getByText(/without a language model/).count()) === 1);
  await look(page, shots, 'points', check, SIZES);
  await page.context().setOffline(true);
  await points.getByRole('checkbox').first().click();
  check('a tick is kept without a connection', await comes(points.getByText(/No connection/).waitFor({ timeout: LONG })));
  const sent = page.waitForResponse((response) => response.url().endsWith('/self_check'));
  await page.context().setOffline(false);
  check('and sent when it is back', (await sent).ok());
  await points.getByText(/Practise next/).waitFor({ timeout: LONG });
  await points.getByRole('checkbox').nth(1).focus();
  await page.keyboard.press('ArrowDown');
  await look(page, shots, 'points-ticked', check, SIZES);
  await page.reload();
  check('it is ticked after a reload', await comes(points.getByText('1 of 3 ticked by you').waitFor({ timeout: LONG })));
}

async function insult(page, shots, check) {
  await yourTurn(page);
  await typeAnswer(page, 'INSULT');
  await yourTurn(page);
  await typeAnswer(page, 'INSULT');
  check('the coach pauses, and says so', await comes(status(page, 'The coach has paused').waitFor({ timeout: LONG })));
  await look(page, shots, 'paused', check, SIZES);
  await button(page, 'Continue').click();
  await yourTurn(page);
}

async function report(page, shots, check) {
  await button(page, /^Finish$/).click();
  await button(page, 'Finish and see the report').click();
  await page.getByRole('heading', { name: 'Timeline' }).waitFor({ timeout: LONG });
  check('the report has the ticks', (await page.getByText('You ticked 1 of 3 points.').count()) === 1);
  check('and what was said, ticked and not judged', (await page.getByRole('cell', { name: /^(Said by you|Ticked by you|Not judged)$/ }).count()) === 3);
  await look(page, shots, 'measured-report', check, SIZES);
  await page.getByRole('link', { name: 'Progress' }).click();
  await page.getByText('You ticked 1 of 3 points of a strong answer.').waitFor({ timeout: LONG });
  await look(page, shots, 'measured-progress', check, SIZES);
}
