import { describe, expect, it } from 'vitest';
import { Resampler } from './resampler';

const tone = (rate: number, hertz: number, seconds = 0.5) =>
  Float32Array.from({ length: Math.round(rate * seconds) }, (_, n) => 0.5 * Math.sin((2 * Math.PI * hertz * n) / rate));

function inPieces(resampler: Resampler, input: Float32Array, size: number): number[] {
  const output: number[] = [];
  for (let at = 0; at < input.length; at += size) output.push(...resampler.push(input.subarray(at, at + size)));
  return output;
}
const rms = (samples: number[]) => Math.sqrt(samples.reduce((sum, s) => sum + s * s, 0) / samples.length);
/** Without what the filter needs to swing in. */
const middle = (samples: number[]) => samples.slice(500, -500);

describe('the resampler', () => {
  it.each([48_000, 44_100, 96_000, 22_050])('keeps a tone of speech from %i Hz', (rate) => {
    const output = inPieces(new Resampler(rate, 16_000), tone(rate, 1000), 128);
    expect(output.length).toBeGreaterThan(16_000 * 0.5 - 100);
    expect(output.length).toBeLessThanOrEqual(16_000 * 0.5 + 1);
    expect(rms(middle(output))).toBeCloseTo(0.5 / Math.SQRT2, 2);
    const crossings = middle(output).filter((s, n, all) => n > 0 && s >= 0 && (all[n - 1] ?? 0) < 0).length;
    expect(crossings).toBeGreaterThan((middle(output).length / 16) * 0.98);
    expect(crossings).toBeLessThan((middle(output).length / 16) * 1.02);
  });

  it('lets nothing fold back that lies above half the new rate', () => {
    const output = inPieces(new Resampler(48_000, 16_000), tone(48_000, 11_000), 128);
    expect(rms(middle(output))).toBeLessThan(0.002);
  });

  it('does not depend on how the signal is cut', () => {
    const input = tone(44_100, 440);
    const whole = inPieces(new Resampler(44_100, 16_000), input, input.length);
    const cut = inPieces(new Resampler(44_100, 16_000), input, 97);
    expect(cut.length).toBe(whole.length);
    expect(Math.max(...cut.map((sample, n) => Math.abs(sample - (whole[n] ?? 0))))).toBeLessThan(1e-4);
  });
});
