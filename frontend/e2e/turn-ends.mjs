/**
 * When the client would have ended each answer: its own turn taking (src/audio), fed with traces of recordings.
 * Reads the traces from the JSON file that is named (see backend/commands/turn_traces.py), writes the decisions by rule:
 * `cut` says for each inner pause whether the answer ends in it, `wait_s` how long after the last word it ends.
 */
import { readFileSync } from 'node:fs';
import { build } from 'vite';

const SETTINGS = { endOfTurnMs: 1500, minSpeechMs: 300, interruptMs: 300 };
const FRAME_MS = 32;
/** A pause in which the answer must not end, because another one is looked at. */
const ENDLESS = { ending: 'unfinished', complete: null, learnedMs: 1e9 };

const { TurnTaking, LearnedPauses, endingOf } = await clientCode();
const traces = JSON.parse(readFileSync(process.argv[2], 'utf8'));
/** `null` is the timer: nothing but the length of the silence. */
const RULES = {
  timer: null,
  text: ({ text }) => ({ ending: endingOf(text), complete: null, learnedMs: null }),
  model: judged,
  learned: (known, learnedMs) => ({ ...judged(known), learnedMs }),
};
const decided = Object.fromEntries(Object.entries(RULES).map(([name, rule]) => [name, traces.map((trace) => decide(trace, rule))]));
process.stdout.write(JSON.stringify(decided));

/** As the client does: a judgement of an earlier pause, and a text that ends before this one, do not count. */
function judged({ text, complete, judgedAtS, textUntilS, pauseFromS }) {
  const mine = complete !== null && judgedAtS > pauseFromS;
  const old = mine && textUntilS < pauseFromS - 0.15;
  return { ending: old ? 'unknown' : endingOf(text), complete: mine ? complete : null };
}

function decide(trace, rule) {
  const cut = trace.pauses.map(([from, to], at) => {
    const ended = play(trace, rule, { from, to, learnedMs: learnedFrom(trace, at) });
    return ended !== null;
  });
  const endS = play(trace, rule, { from: trace.last_s, to: Infinity, learnedMs: learnedFrom(trace, -1) });
  return { cut, wait_s: endS === null ? null : Math.max(0, endS - trace.last_s) };
}

/** What the pauses of this speaker teach, all but the one that is looked at. */
function learnedFrom(trace, without) {
  const whole = traces.find((other) => other.speaker === trace.speaker && other.kind === 'whole') ?? trace;
  let kept = [];
  const learned = new LearnedPauses({ read: () => kept, write: (pauses) => (kept = pauses) });
  whole.pauses.forEach(([from, to], at) => {
    if (!(trace.kind !== 'ends' && at === without)) learned.add((to - from) * 1000);
  });
  return learned.patienceMs;
}

/** The second at which the answer ends between two times, or null. */
function play(trace, rule, { from, to, learnedMs }) {
  const machine = new TurnTaking(SETTINGS);
  let next = 0;
  const known = { text: '', complete: null, judgedAtS: 0, textUntilS: 0, pauseFromS: 0 };
  for (let at = 0; at < trace.probabilities.length; at += 1) {
    const nowS = ((at + 1) * FRAME_MS) / 1000;
    for (; next < trace.events.length && trace.events[next].at_ms <= nowS * 1000; next += 1) {
      const { text, text_until_s: textUntilS, complete, judged_at_s: judgedAtS } = trace.events[next];
      Object.assign(known, text === undefined ? { complete, judgedAtS } : { text, textUntilS });
    }
    known.pauseFromS = nowS - machine.silentMs / 1000;
    const here = nowS > from - 0.1 && nowS < to;
    if (nowS >= to) return null;
    if (rule === null && here && machine.taking && machine.silentMs >= SETTINGS.endOfTurnMs) return nowS;
    const pause = here && rule !== null ? rule(known, learnedMs) : ENDLESS;
    if (machine.frame(trace.probabilities[at], { ...pause, listening: true, joining: false }) === 'end') return nowS;
  }
  return null;
}

async function clientCode() {
  const entry = new URL('turn-code.ts', import.meta.url).pathname;
  const bundle = await build({ configFile: false, logLevel: 'silent', build: { write: false, minify: false, lib: { entry, formats: ['es'] } } });
  const [{ output }] = [bundle].flat();
  return import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString('base64')}`);
}
