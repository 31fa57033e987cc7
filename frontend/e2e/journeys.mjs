/** The journeys: what a person does, and what must then be true. */
import { join } from 'node:path';
import { answering } from './answering.mjs';
import { openPage } from './browser.mjs';
import { measured } from './measured.mjs';
import { bargeIn, falseInterruption, goingOn, handsFree, outage, refused } from './speaking.mjs';
import { button, clean, coached, comes, heard, LONG, look, questionText, REST, setUp, status, typeAnswer, TYPED, yourTurn } from './steps.mjs';

/** Set-up, an answer by voice with the button, feedback seen, the next question heard, the report. */
async function voice({ context, base, shots, check }) {
  const { page, seen } = await openPage(context, base);
  await setUp(page, base);
  const opening = await questionText(page);
  check('an opening question is shown', opening.length > 10, opening);
  check('the opening question is heard (an audio element plays)', (await heard(page, 'playing')) > 0);
  await page.locator('h1 mark').first().waitFor({ timeout: LONG });
  check('what is being said is marked in the text', true);
  await page.screenshot({ path: join(shots, 'caption.png') });
  const played = await heard(page, 'ended');
  check('and heard to its end', played > 0);
  await yourTurn(page);

  const sent = [];
  page.on('request', (request) => sent.push(`${request.method()} ${request.url()}`));
  await button(page, 'Start your answer').click();
  await status(page, 'Listening').waitFor({ timeout: LONG });
  await page.waitForTimeout(6000);
  const loud = page.waitForFunction(() => [...document.querySelectorAll('[class*=level] > span')].some((bar) => bar.getBoundingClientRect().height > 6), null, { timeout: LONG });
  check('the level meter moves with the voice', await comes(loud)); // at some moment: every voice pauses
  check('the timer counts', /0:(0[4-9]|[1-5]\d)/.test(await page.getByRole('timer').innerText()));
  await page.screenshot({ path: join(shots, 'listening-1440-light.png') });
  const pieces = () => sent.filter((call) => /^PUT .*\/chunks\/\d+$/.test(call)).length;
  for (let waited = 0; pieces() < 8 && waited < 10_000; waited += 100) await page.waitForTimeout(100);
  check('sound is sent while it is spoken', pieces() >= 8, sent.join(' '));
  const turn = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/turns'));
  await button(page, 'Stop and send your answer').click();
  check('the turn begins from what was sent', Boolean(JSON.parse((await turn).postData() ?? '{}').recording_id));

  const last = page.getByRole('region', { name: 'Your last answer' });
  await last.getByRole('button', { name: 'Record again' }).waitFor({ timeout: LONG });
  const transcript = await last.locator('[class*=transcript]').innerText();
  check('the transcript is shown', transcript.split(/\s+/).length >= 3, transcript);
  await last.getByRole('button', { name: 'Hear yourself' }).click();
  await last.getByRole('button', { name: 'Stop' }).waitFor({ timeout: LONG });
  check('the answer can be heard again', true);
  await last.getByRole('button', { name: 'Stop' }).click();
  await coached(page);
  check('feedback arrived', true);
  check('the reply is heard', (await heard(page, 'ended', played)) > played);
  await yourTurn(page);
  const next = await questionText(page);
  check('a next question is shown', next.length > 10, next);

  await button(page, /^Finish$/).click();
  await button(page, 'Finish and see the report').click();
  await page.getByRole('heading', { name: 'Timeline' }).waitFor({ timeout: LONG });
  check('the report opens', /\/report\//.test(page.url()));
  clean(seen, check);
}

/** The live upload is refused half-way: the answer kept in the page is sent whole. */
async function liveLost({ context, base, check }) {
  const { page } = await openPage(context, base);
  await setUp(page, base, { documents: false });
  await yourTurn(page);
  await page.route('**/recordings/*/chunks/3', (route) => route.fulfill({ status: 403, contentType: 'application/json', body: '{"data":null,"error":null}' }));
  await button(page, 'Start your answer').click();
  await status(page, 'Listening').waitFor({ timeout: LONG });
  await page.waitForTimeout(4000);
  const turn = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/turns'));
  await button(page, 'Stop and send your answer').click();
  check('the whole recording goes instead', /multipart\/form-data/.test((await turn).headers()['content-type'] ?? ''));
  const last = page.getByRole('region', { name: 'Your last answer' });
  await last.getByRole('button', { name: 'Record again' }).waitFor({ timeout: LONG });
  check('and the answer is heard', (await last.locator('[class*=transcript]').innerText()).length > 10);
}

/** Hold the space bar: release sends. */
async function spacebar({ context, base, check }) {
  const { page, seen } = await openPage(context, base);
  await setUp(page, base, { documents: false });
  await yourTurn(page);
  await page.locator('main').focus();
  await page.keyboard.down('Space');
  await status(page, 'Listening').waitFor({ timeout: LONG });
  await page.waitForTimeout(4000);
  await page.keyboard.up('Space');
  const last = page.getByRole('region', { name: 'Your last answer' });
  await last.waitFor({ timeout: LONG });
  await status(page, /Transcribing|Thinking|Coach is speaking|Ready: your turn/).waitFor({ timeout: LONG });
  check('letting go sends the answer', true);
  await yourTurn(page);

  await page.keyboard.press('Space');
  await status(page, 'Listening').waitFor({ timeout: LONG });
  await page.waitForTimeout(800);
  await page.keyboard.press('Escape');
  await status(page, 'Ready: your turn').waitFor({ timeout: LONG });
  check('a tap starts, Escape discards', (await page.getByText('Earlier answers').count()) === 0);
  clean(seen, check);
}

/** Typed answers, sources, another take, pause, the report; every screen through axe and in pictures. */
async function typed({ context, base, shots, mocked, check }) {
  const { page, seen } = await openPage(context, base);
  await page.goto(base);
  await button(page, 'Start interview').waitFor({ timeout: LONG });
  await look(page, shots, 'setup', check);
  await button(page, 'Try with a sample').click();
  await page.getByText('ready', { exact: true }).nth(1).waitFor({ timeout: LONG });
  await look(page, shots, 'setup-ready', check);
  await button(page, 'Start interview').click();
  await page.getByRole('region', { name: 'Question' }).waitFor({ timeout: LONG });
  await yourTurn(page);
  await look(page, shots, 'room', check);

  const opening = await questionText(page);
  await typeAnswer(page, TYPED);
  const last = page.getByRole('region', { name: 'Your last answer' });
  const more = last.locator('summary', { hasText: REST });
  await more.waitFor({ timeout: LONG });
  await yourTurn(page);
  check('the question moved on', (await questionText(page)) !== opening);
  check('a part of the story that was not found is marked', (await last.getByRole('list', { name: 'Parts of the story' }).getByText('not found').count()) >= 0);
  await look(page, shots, 'feedback', check);
  await more.click();
  const opener = last.locator('summary', { hasText: /What level \d sounds like/ }).first();
  await opener.focus();
  await page.keyboard.press('Enter');
  const example = last.getByRole('figure').filter({ hasText: 'An example, not your answer' });
  await example.locator('blockquote').waitFor({ timeout: LONG });
  check('the next level has an example, opened with the keyboard', (await example.locator('blockquote').innerText()).length > 30);
  await last.getByText('How this was measured').click();
  await look(page, shots, 'feedback-all', check);

  const chips = last.getByRole('button', { name: /show the quoted place/ });
  check('claims carry sources', (await chips.count()) > 0);
  await chips.first().click();
  await page.locator('mark').first().waitFor({ timeout: LONG });
  check('a chip marks the quoted place', true);
  if (await page.getByRole('dialog').count()) await page.keyboard.press('Escape'); // of a document, where no point quotes the answer
  await last.getByRole('button', { name: /See all/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  const documents = dialog.getByRole('button', { name: /Job|Resume|Question bank/ });
  if (await documents.count()) {
    await documents.first().click();
    await dialog.locator('mark').waitFor({ timeout: LONG });
    check('the document opens with the quote marked', (await dialog.locator('mark').innerText()).length > 3);
  }
  await look(page, shots, 'sources', check, { sizes: [[1440, 900]] });
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  await last.getByRole('button', { name: 'Answer again' }).click();
  check('the same question is asked once more', (await questionText(page)) === opening);
  await typeAnswer(page, `${TYPED} After that the depots lost no parcel for a month.`);
  await last.getByText('Since your last take').waitFor({ timeout: LONG });
  check('the takes are compared', true);
  await yourTurn(page);

  await button(page, 'Pause').click();
  await status(page, 'Paused').waitFor();
  check('a pause is shown', true);
  await button(page, 'Continue').click();
  await yourTurn(page);

  await typeAnswer(page, `${TYPED} After that the depots lost no parcel for a month.`);
  const told = last.getByRole('list', { name: 'Where each part was told' });
  await told.getByRole('button').first().click({ timeout: LONG });
  await last.locator('mark').first().waitFor({ timeout: LONG });
  check('a part on the axis of a story marks its words', TYPED.includes((await last.locator('mark').first().innerText()).slice(0, 30)));
  await look(page, shots, 'story', check);
  await yourTurn(page);

  await page.reload();
  await page.getByRole('region', { name: 'Your last answer' }).waitFor({ timeout: LONG });
  check('nothing is lost by a reload', (await page.getByText('Earlier answers').count()) === 1);
  if (mocked) await faults(page, check);

  await button(page, /^Finish$/).click();
  await button(page, 'Finish and see the report').click();
  await page.getByRole('heading', { name: 'Timeline' }).waitFor({ timeout: LONG });
  check('the report names what the job asks for', (await page.getByRole('row').count()) > 1);
  if (!mocked) check('no fillers are counted where nothing was spoken', (await page.getByText('Fillers', { exact: true }).count()) === 0);
  await look(page, shots, 'report', check);
  await button(page, 'Download').click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Transcript (Markdown)' }).click()]);
  check('the transcript can be saved', download.suggestedFilename().endsWith('.md'));

  await page.getByRole('link', { name: 'Progress' }).click();
  await page.getByRole('heading', { name: 'Your progress' }).waitFor({ timeout: LONG });
  check('progress names the interview', await comes(page.getByRole('listitem').filter({ hasText: /interview|behavio/i }).first().waitFor({ timeout: LONG })));
  await look(page, shots, 'progress', check);

  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  await button(page, 'Check the microphone').click();
  await page.getByText(/It works|Listening…/).waitFor({ timeout: LONG });
  await button(page, 'Stop').click();
  await look(page, shots, 'settings', check);
  await button(page, 'Leave this browser').click();
  const leaving = page.getByRole('alertdialog');
  check('leaving says first what becomes of the answers', /stay on the server and nobody can open them again/.test((await leaving.innerText()).replace(/\s+/g, ' ')));
  await look(page, shots, 'leaving', check);
  await leaving.getByRole('button', { name: 'Cancel' }).click();
  await button(page, 'Delete everything').click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete everything' }).click();
  await page.getByRole('heading', { level: 1, name: /Practise the interview/ }).waitFor({ timeout: LONG });
  check('everything can be deleted', (await page.getByText('Past interviews').count()) === 0);
  clean({ ...seen, errors: seen.errors.filter((e) => !/ERR_INCOMPLETE|Failed to load resource/.test(e)) }, check);
}

/** What only the scripted server does on demand: a broken connection, a failed turn, an answer that is no answer. */
async function faults(page, check) {
  await typeAnswer(page, `${TYPED} CUT`);
  const last = page.getByRole('region', { name: 'Your last answer' });
  await coached(page);
  check('a cut connection is resumed', true);
  await yourTurn(page);
  await typeAnswer(page, 'FAIL');
  await last.getByText('This answer did not get through').waitFor({ timeout: LONG });
  check('a failed turn says what to do', (await last.getByRole('button', { name: 'Send it again' }).count()) === 1);
  await typeAnswer(page, 'SKIP this one please');
  await last.getByText('This one does not count.').waitFor({ timeout: LONG });
  check('an answer that is no answer is not scored', true);
  await yourTurn(page);
}

/** Escape stops the coach: the sound at once, the turn on the server. */
async function interrupt({ context, base, check }) {
  const { page, seen } = await openPage(context, base);
  await setUp(page, base, { documents: false });
  await status(page, 'Coach is speaking').waitFor({ timeout: LONG });
  await page.keyboard.press('Escape');
  await yourTurn(page);
  const silent = await page.evaluate(() => [...document.querySelectorAll('audio')].every((audio) => audio.paused));
  check('Escape silences the question', silent);

  await typeAnswer(page, TYPED);
  const stop = button(page, 'Interrupt');
  await stop.waitFor({ timeout: LONG });
  const began = Date.now();
  await stop.click();
  await yourTurn(page);
  check('an interrupted turn ends at once', Date.now() - began < 8000, `${Date.now() - began} ms`);
  check('and no sound goes on', await page.evaluate(() => [...document.querySelectorAll('audio')].every((audio) => audio.paused)));
  await typeAnswer(page, TYPED);
  await coached(page);
  check('the next answer works', true);
  clean(seen, check);
}

/** The whole way by keyboard alone, from the first Tab. */
async function keyboard({ context, base, check }) {
  const { page, seen } = await openPage(context, base);
  await page.goto(base);
  await button(page, 'Start interview').waitFor({ timeout: LONG });
  await page.keyboard.press('Tab');
  check('the first Tab offers to skip to the content', (await page.evaluate(() => document.activeElement?.textContent)) === 'Skip to the content');
  const reach = async (name) => {
    for (let at = 0; at < 60; at += 1) {
      const label = await page.evaluate(() => {
        const at = document.activeElement;
        return at?.matches('button, a') ? (at.getAttribute('aria-label') ?? at.textContent ?? '') : '';
      });
      if (label.includes(name)) return true;
      await page.keyboard.press('Tab');
    }
    return false;
  };
  check('the start button is reached by Tab', await reach('Start interview'));
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'Question' }).waitFor({ timeout: LONG });
  await yourTurn(page);
  check('typing is reached by Tab', await reach('Type instead'));
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Your answer' }).waitFor();
  await page.getByRole('textbox', { name: 'Your answer' }).focus();
  await page.keyboard.type('I asked every team what they needed, and wrote the plan with them.');
  await page.keyboard.press('Control+Enter');
  await coached(page);
  const log = await page.getByRole('log').innerText();
  check('a screen reader is told in sentences', /You said: .*\./s.test(log), log);
  clean(seen, check);
}

/** An answer is kept as a story, polished, matched to what will be asked, and carried on the card for the day. */
async function stories({ context, base, shots, mocked, check }) {
  if (mocked) return; // the scripted server knows no stories
  const { page, seen } = await openPage(context, base);
  await setUp(page, base);
  await yourTurn(page);
  await typeAnswer(page, `${TYPED} As a result no depot lost a parcel, and the fix took 40 minutes.`);
  const last = page.getByRole('region', { name: 'Your last answer' });
  await last.getByRole('button', { name: 'Keep as a story' }).click();
  const form = page.getByRole('dialog', { name: 'Keep as a story' });
  await form.getByRole('textbox', { name: 'Name' }).fill('The night the queue filled up');
  await look(page, shots, 'keep-story', check, { sizes: [[1440, 900]] });
  await form.getByRole('button', { name: 'Keep this story' }).click();
  await form.waitFor({ state: 'detached' });
  check('the answer is kept', await comes(last.getByRole('button', { name: 'Kept as a story' }).waitFor({ timeout: LONG })));

  await page.getByRole('link', { name: 'Stories' }).click();
  await page.getByRole('article', { name: 'The night the queue filled up' }).waitFor({ timeout: LONG });
  await page.getByText(/likely questions have a story/).waitFor({ timeout: LONG });
  await button(page, 'Change “The night the queue filled up”').click();
  const change = page.getByRole('dialog', { name: 'Change this story' });
  await change.getByRole('textbox', { name: 'What it shows' }).fill('Reliability');
  await look(page, shots, 'change-story', check, { sizes: [[390, 844]] });
  await change.getByRole('button', { name: 'Keep this story' }).click();
  await change.waitFor({ state: 'detached' });
  check('a question is matched to it', await comes(page.getByText('fits well').first().waitFor({ timeout: LONG })));
  await look(page, shots, 'stories', check);

  await page.goBack();
  await page.getByRole('region', { name: 'Question' }).waitFor({ timeout: LONG });
  await yourTurn(page);
  await typeAnswer(page, 'I usually help people with their things because helping people is very important and you should do it well.');
  await coached(page);
  await yourTurn(page);
  await button(page, /^Finish$/).click();
  await button(page, 'Finish and see the report').click();
  await page.getByRole('link', { name: 'Card for the day' }).click();
  await page.getByRole('heading', { name: 'Stories to have ready' }).waitFor({ timeout: LONG });
  check('the card begins with the story', (await page.getByRole('heading', { level: 3 }).first().innerText()).includes('The night the queue filled up'));
  await look(page, shots, 'card', check);
  const sheet = await page.pdf({ path: join(shots, 'card.pdf'), preferCSSPageSize: true });
  check('the card prints on one page', (sheet.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length === 1);

  await page.getByRole('link', { name: 'Progress' }).click();
  await page.getByRole('heading', { name: 'Nothing is due today' }).waitFor({ timeout: LONG });
  await look(page, shots, 'review', check);
  clean(seen, check);
}

/** Journeys by part: `first` belongs to every test run, `more` to the long one. */
export const JOURNEYS = {
  first: { voice, handsFree, typed, answering, measured, interrupt, keyboard },
  more: { bargeIn, outage, refused, stories, liveLost, spacebar, falseInterruption, goingOn },
};
