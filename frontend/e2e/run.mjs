/**
 * Browser checks against any server that speaks the contract and serves the built client.
 *
 *   node e2e/run.mjs --base http://127.0.0.1:8000 --audio answer-48k.wav --shots /tmp/shots [--chromium /usr/bin/chromium] [--part first] [--only typed]
 *
 * Without --base the scripted server of this folder is started. `--audio` is a PCM WAV, 48 kHz, 16 bit; it becomes the
 * microphone. Prints one line per check; exits 1 when one fails.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openBrowser } from './browser.mjs';
import { JOURNEYS } from './journeys.mjs';

const { values } = parseArgs({
  options: {
    base: { type: 'string' },
    audio: { type: 'string' },
    shots: { type: 'string' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
    part: { type: 'string' },
    only: { type: 'string' },
  },
});

const scratch = mkdtempSync(join(tmpdir(), 'interview-helper-shots-'));
const shots = resolve(values.shots ?? scratch);
mkdirSync(shots, { recursive: true });

let mock = null;
let base = values.base?.replace(/\/$/, '');
if (!base) {
  const { startMock } = await import('./mock-server.mjs');
  mock = await startMock();
  base = `http://127.0.0.1:${mock.address().port}`;
}

let audio = values.audio && resolve(values.audio);
if (!audio) {
  audio = join(scratch, 'microphone.wav');
  writeFileSync(audio, await beeps());
}

let failed = 0;
const check = (name, ok, detail = '') => {
  if (!ok) failed += 1;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}${ok || !detail ? '' : `: ${detail}`}`);
};

for (const [name, journey] of Object.values(values.part ? { part: JOURNEYS[values.part] } : JOURNEYS).flatMap(Object.entries)) {
  if (values.only && !values.only.split(',').includes(name)) continue;
  const browser = await openBrowser({ executable: values.chromium, audio });
  const began = performance.now();
  try {
    await journey({ context: browser.context, base, audio, shots, mocked: mock !== null, check: (what, ok, detail) => check(`${name}: ${what}`, ok, detail) });
  } catch (error) {
    check(`${name}: ran to its end`, false, String(error).split('\n').slice(0, 6).join(' '));
    const page = browser.context.pages().at(-1);
    await page?.screenshot({ path: join(shots, `failed-${name}.png`), fullPage: true }).catch(() => undefined);
  } finally {
    await browser.close();
    console.log(`     ${name} took ${Math.round((performance.now() - began) / 1000)} s`);
  }
}
mock?.close();
mock?.closeAllConnections();
console.log(failed === 0 ? `all checks passed; pictures in ${shots}` : `${failed} checks failed; pictures in ${shots}`);
process.exit(failed === 0 ? 0 : 1);

/** A microphone where no recording was given: 8 seconds of a tone at 48 kHz. */
async function beeps() {
  const { tone } = await import('./mock-data.mjs');
  const wav = tone(24); // 24 s at 16 kHz, played as 8 s at 48 kHz
  wav.writeUInt32LE(48000, 24);
  wav.writeUInt32LE(96000, 28);
  return wav;
}
