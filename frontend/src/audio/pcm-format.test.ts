// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { bytesOf, toInt16, wavOf } from './pcm-format';

describe('16-bit sound', () => {
  it('clips what is too loud', () => {
    expect([...toInt16(Float32Array.of(0, 1, -1, 3, -3, 0.5))]).toEqual([0, 32767, -32767, 32767, -32767, 16384]);
  });

  it('is little-endian', () => {
    expect([...bytesOf(Int16Array.of(1, -2))]).toEqual([1, 0, 0xfe, 0xff]);
  });

  it('is a WAV file whose head says what follows', async () => {
    const wav = wavOf([Int16Array.of(1, 2), Int16Array.of(3)]);
    const view = new DataView(await new Response(wav).arrayBuffer());
    expect(wav.type).toBe('audio/wav');
    expect(view.byteLength).toBe(44 + 6);
    expect([view.getUint32(4, true), view.getUint32(24, true), view.getUint16(34, true), view.getUint32(40, true)]).toEqual([42, 16_000, 16, 6]);
    expect(view.getInt16(48, true)).toBe(3);
  });
});
