/** The sound that is sent while somebody speaks: 16 kHz, mono, 16 bit, in frames of 32 ms. */

export const PCM_RATE = 16_000;
export const FRAME_SAMPLES = 512;
export const FRAME_MS = (FRAME_SAMPLES / PCM_RATE) * 1000;

/** Samples -1..1 as 16-bit integers; what is louder is clipped. */
export function toInt16(samples: Float32Array): Int16Array<ArrayBuffer> {
  const whole = new Int16Array(samples.length);
  for (let at = 0; at < samples.length; at += 1) {
    const sample = Math.max(-1, Math.min(1, samples[at] ?? 0));
    whole[at] = Math.round(sample * 32767);
  }
  return whole;
}

/** The samples' bytes, little-endian whatever the machine. */
export function bytesOf(samples: Int16Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(samples.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < samples.length; at += 1) view.setInt16(at * 2, samples[at] ?? 0, true);
  return bytes;
}

/** A WAV file of 16 kHz mono samples. */
export function wavOf(frames: readonly Int16Array[]): Blob {
  const bytes = frames.reduce((sum, frame) => sum + frame.length * 2, 0);
  const head = new DataView(new ArrayBuffer(44));
  const text = (at: number, word: string) => [...word].forEach((letter, n) => head.setUint8(at + n, letter.charCodeAt(0)));
  text(0, 'RIFF');
  head.setUint32(4, 36 + bytes, true);
  text(8, 'WAVEfmt ');
  head.setUint32(16, 16, true); // size of the format block
  head.setUint16(20, 1, true); // PCM
  head.setUint16(22, 1, true); // mono
  head.setUint32(24, PCM_RATE, true);
  head.setUint32(28, PCM_RATE * 2, true); // bytes a second
  head.setUint16(32, 2, true); // bytes a sample
  head.setUint16(34, 16, true); // bits a sample
  text(36, 'data');
  head.setUint32(40, bytes, true);
  return new Blob([head.buffer, ...frames.map(bytesOf)], { type: 'audio/wav' });
}
