/** Chromium with a fake microphone, and the handful of things every check needs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
];

/** A browser with a profile of its own; `close` also removes the profile. */
export async function openBrowser({ executable, audio }) {
  const profile = mkdtempSync(join(tmpdir(), 'interview-helper-browser-'));
  const args = audio ? [...FLAGS, `--use-file-for-fake-audio-capture=${audio}%noloop`] : FLAGS;
  const context = await chromium.launchPersistentContext(profile, { executablePath: executable, args, headless: true, permissions: ['microphone'], viewport: { width: 1440, height: 900 } });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** A page that remembers what went wrong in it, what left for elsewhere, and what its audio elements did. */
export async function openPage(context, base) {
  const page = await context.newPage();
  const seen = { errors: [], foreign: [] };
  page.on('pageerror', (error) => seen.errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || /Content Security Policy/i.test(message.text())) seen.errors.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(base) && !/^(data|blob|about|chrome)/.test(url)) seen.foreign.push(url);
  });
  await page.addInitScript(() => {
    window.heard = [];
    for (const type of ['playing', 'ended', 'error']) {
      document.addEventListener(
        type,
        (event) => {
          if (event.target instanceof HTMLMediaElement) window.heard.push({ type, src: event.target.currentSrc, at: event.target.currentTime });
        },
        true,
      );
    }
  });
  return { page, seen };
}

/** Serious and critical findings of axe, as lines. */
export async function axeFindings(page) {
  // Evaluated rather than added as a tag, which the page's content security policy would refuse.
  const { readFileSync } = await import('node:fs');
  await page.evaluate(readFileSync(AXE, 'utf8'));
  const results = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  );
  return results.violations
    .filter((violation) => ['serious', 'critical', 'moderate'].includes(violation.impact))
    .map((violation) => `${violation.id} (${violation.impact}): ${violation.nodes.slice(0, 3).map((node) => node.target.join(' ')).join(' | ')}`);
}
