/** Journeys of a candidate who only speaks: a microphone that says its recording on cue, and none at all. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPage } from './browser.mjs';
import { startProxy } from './proxy.mjs';
import { button, clean, coached, LONG, look, questionText, setUp, status, typeAnswer, TYPED, yourTurn } from './steps.mjs';

/** Puts `window.say(from, seconds)` in place of the microphone: it plays that part of the recording into it. */
async function microphoneOnCue(page, wav) {
  await page.addInitScript((base64) => {
    let ready = null;
    const open = async () => {
      const context = new AudioContext({ sampleRate: 48000 });
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const sound = await context.decodeAudioData(bytes.buffer);
      const out = context.createMediaStreamDestination();
      return { context, sound, out };
    };
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      window.asked = wanted;
      ready ??= open();
      const { out } = await ready;
      return out.stream.clone();
    };
    window.say = async (from, seconds) => {
      const { context, sound, out } = await ready;
      const source = context.createBufferSource();
      source.buffer = sound;
      source.connect(out);
      source.start(0, from, seconds);
      return performance.now();
    };
  }, readFileSync(wav).toString('base64'));
}

const say = (page, from, seconds) => page.evaluate(([a, b]) => window.say(a, b), [from, seconds]);
const mayTalk = (page) => page.getByText('Just start talking. Silence ends your answer.').waitFor({ timeout: LONG });
const isTurn = (request) => request.method() === 'POST' && request.url().endsWith('/turns');

/** An interview that has asked its first question and listens without hands, with a microphone on cue. */
async function handsFreePage(context, base, audio) {
  const { page, seen } = await openPage(context, base);
  await microphoneOnCue(page, audio);
  await setUp(page, base);
  await yourTurn(page);
  await button(page, 'Hands-free').click();
  return { page, seen };
}

/** Three answers without touching anything: speech begins them, silence ends them, then the coach is heard. */
export async function handsFree({ context, base, audio, shots, check }) {
  const { page, seen } = await handsFreePage(context, base, audio);
  await page.getByRole('img', { name: 'The microphone is open' }).waitFor({ timeout: LONG });
  check('echo cancellation is on', await page.evaluate(() => window.asked.audio.echoCancellation === true));
  const given = [];
  page.on('request', (request) => isTurn(request) && given.push(request.postData() ?? ''));

  for (let turn = 1; turn <= 3; turn += 1) {
    await mayTalk(page);
    const before = await questionText(page);
    await say(page, 0.5, 7);
    await status(page, 'Listening').waitFor({ timeout: LONG });
    if (turn === 1) await page.screenshot({ path: join(shots, 'hands-free-hearing.png') });
    await page.waitForTimeout(6500);
    await page.getByRole('img', { name: /Sending in \d/ }).waitFor({ timeout: LONG });
    if (turn === 1) await page.screenshot({ path: join(shots, 'hands-free-pause.png') });
    await page.waitForFunction((n) => document.querySelector('section[aria-label="Question"] h1')?.textContent !== n, before, { timeout: LONG });
  }
  await mayTalk(page);
  check('three answers were given without hands', given.length === 3, `${given.length}`);
  check('each from the sound sent while it was spoken', given.every((body) => JSON.parse(body).recording_id));
  clean(seen, check);
}

/** Whoever speaks while the coach does gets the word. */
export async function bargeIn({ context, base, audio, shots, check }) {
  const { page, seen } = await handsFreePage(context, base, audio);
  await mayTalk(page);
  await say(page, 0.5, 3); // in the middle of a sentence: the pause is a long one
  await page.waitForTimeout(3000);
  await button(page, /not done/).click({ timeout: LONG });
  check('"I\'m not done" stops the countdown', (await page.getByRole('img', { name: /Sending in/ }).count()) === 0);
  await look(page, shots, 'hands-free', check);
  await status(page, 'Listening').waitFor();
  check('for as long as it takes', true);
  await say(page, 8, 6);
  const spoken = status(page, 'Coach is speaking');
  await spoken.waitFor({ timeout: LONG });
  check('the caption says what is heard', (await page.locator('main strong', { hasText: 'Coach is speaking' }).locator('xpath=following-sibling::span').innerText()).startsWith('“'));
  const silent = page.evaluate(
    () =>
      new Promise((done) => {
        let [last, stood] = [Infinity, 0];
        const check = () => {
          const at = performance.now();
          [last, stood] = [at, Math.max(stood, at - last)];
          return [...document.querySelectorAll('audio')].every((audio) => audio.paused) ? done({ at, stood }) : requestAnimationFrame(check);
        };
        setTimeout(check, 100);
      }),
  );
  const began = await say(page, 10.55, 6);
  const { at, stood } = await silent;
  const after = at - began;
  // 300 ms of speech, and a moment; on a machine whose pages stand still between frames, a longer one.
  check('the coach is silent soon after somebody speaks', after < 1000 + 4 * stood, `${Math.round(after)} ms, with a page that stood still for ${Math.round(stood)} ms`);
  await status(page, 'Listening').waitFor({ timeout: LONG });
  check('and listens to what is said', true);
  await page.waitForTimeout(3000);
  check('without starting again', await page.evaluate(() => [...document.querySelectorAll('audio')].every((audio) => audio.paused)));
  await page.waitForRequest(isTurn, { timeout: LONG });
  check('what was said over the coach is an answer', true);
  await mayTalk(page);
  clean(seen, check);
}

/** A "mm-hm" while the coach speaks only makes it wait: it goes on where it stopped, and the turn with it. */
export async function falseInterruption({ context, base, audio, check }) {
  const { page, seen } = await handsFreePage(context, base, audio);
  await mayTalk(page);
  const stopped = [];
  page.on('request', (request) => (request.method() === 'DELETE' || isTurn(request)) && stopped.push(request.url()));
  await page.evaluate(() => {
    window.pauses = [];
    document.addEventListener('pause', (event) => !event.target.ended && event.target.hasAttribute('src') && window.pauses.push(event.target.currentTime), true);
  });
  const before = await page.evaluate(() => window.heard.length);
  await button(page, 'Hear it again').click();
  await status(page, 'Coach is speaking').waitFor({ timeout: LONG });
  await say(page, 10.55, 0.42);
  await page.waitForFunction((n) => window.heard.slice(n).some((e) => e.type === 'ended'), before, { timeout: LONG });
  const { pauses, resumed } = await page.evaluate((n) => ({ pauses: window.pauses, resumed: window.heard.slice(n).filter((e) => e.type === 'playing').map((e) => e.at) }), before);
  check('a "mm-hm" makes the coach wait', pauses.length === 1, `${pauses}`);
  check('and go on where it stopped', resumed.length > 1 && Math.abs((resumed.at(-1) ?? 0) - (pauses[0] ?? -9)) < 0.25, `${pauses} ${resumed}`);
  await mayTalk(page);
  check('nothing was stopped or sent because of it', stopped.length === 0, stopped.join(' '));
  clean(seen, check);
}

/** Whoever goes on right after the answer was taken for over had not finished: it becomes one answer. */
export async function goingOn({ context, base, audio, check }) {
  const { page, seen } = await handsFreePage(context, base, audio);
  await mayTalk(page);
  const opening = await questionText(page);
  const given = [];
  page.on('request', (request) => isTurn(request) && given.push(request.postData() ?? ''));
  await say(page, 0.5, 7);
  await page.waitForRequest(isTurn, { timeout: LONG });
  await say(page, 10.55, 4);
  await status(page, 'Listening').waitFor({ timeout: LONG });
  check('going on right after the end opens the answer again', true);
  await page.waitForRequest(isTurn, { timeout: LONG });
  await page.waitForFunction((n) => document.querySelector('section[aria-label="Question"] h1')?.textContent !== n, opening, { timeout: LONG });
  await mayTalk(page);
  const [first, second] = given.map((body) => JSON.parse(body));
  check('all of it is sent as one answer', given.length === 2 && second.chunks > first.chunks, given.join(' '));
  await page.reload();
  await page.getByText(/The microphone is open|Just start talking|Getting ready to listen/).first().waitFor({ timeout: LONG });
  check('the way of speaking is remembered', (await button(page, 'Push to talk').count()) === 1);
  clean(seen, check);
}

/** The network is gone for five seconds in mid-turn; nothing is lost, nothing doubled. */
export async function outage({ context, base, check }) {
  const proxy = await startProxy(base);
  try {
    const { page } = await openPage(context, proxy.base);
    await setUp(page, proxy.base, { documents: false });
    await yourTurn(page);
    const opening = await questionText(page);
    const sent = page.waitForRequest(isTurn);
    await typeAnswer(page, TYPED);
    await sent;
    await proxy.cut(5000);
    await coached(page);
    await yourTurn(page);
    check('the turn goes on after five seconds without a network', (await questionText(page)) !== opening);
    const answers = await page.getByRole('article', { name: /^Answer/ }).count();
    check('and no answer is there twice', answers === 1 && (await page.getByText('Earlier answers').count()) === 0, `${answers}`);
  } finally {
    proxy.close();
  }
}

/** No microphone: the page says why, and the answer can be typed. */
export async function refused({ context, base, shots, check }) {
  const { page, seen } = await openPage(context, base);
  await page.addInitScript(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('refused', 'NotAllowedError'));
  });
  await setUp(page, base, { documents: false });
  await yourTurn(page);
  await button(page, 'Start your answer').click();
  await page.getByRole('alert').getByText(/microphone is blocked/).waitFor({ timeout: LONG });
  await look(page, shots, 'refused', check);
  await button(page, 'Hands-free').click();
  await page.getByRole('alert').getByText(/microphone is blocked/).waitFor({ timeout: LONG });
  await typeAnswer(page, TYPED);
  await coached(page);
  check('without a microphone the answer is typed', true);
  clean(seen, check);
}
