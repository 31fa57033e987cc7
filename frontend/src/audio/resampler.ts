/** Changes the sampling rate of a running signal, piece by piece, with a windowed sinc as low-pass. */

/** Zero crossings of the sinc on either side; more is steeper and slower. */
const LOBES = 12;
/** The pass band ends a little below half the lower rate, so that what lies above does not fold back into speech. */
const ROLL_OFF = 0.92;

export class Resampler {
  private readonly step: number;
  private readonly scale: number;
  private readonly reach: number;
  private held: Float32Array;
  /** Where the next output sample lies, in input samples from the start of `held`. */
  private at: number;

  /** From `from` to `to` samples a second. */
  constructor(from: number, to: number) {
    this.step = from / to;
    this.scale = ROLL_OFF * Math.min(1, to / from);
    this.reach = Math.ceil(LOBES / this.scale);
    this.held = new Float32Array(this.reach);
    this.at = this.reach;
  }

  /** All output samples that this piece makes possible; the filter's reach stays back for the next piece. */
  push(piece: Float32Array): Float32Array {
    const input = new Float32Array(this.held.length + piece.length);
    input.set(this.held);
    input.set(piece, this.held.length);
    const output: number[] = [];
    while (this.at + this.reach < input.length) {
      output.push(this.sample(input, this.at));
      this.at += this.step;
    }
    const done = Math.max(0, Math.floor(this.at) - this.reach);
    this.held = input.slice(done);
    this.at -= done;
    return Float32Array.from(output);
  }

  private sample(input: Float32Array, at: number): number {
    const first = Math.ceil(at - this.reach);
    const last = Math.floor(at + this.reach);
    let sum = 0;
    for (let n = first; n <= last; n += 1) {
      const x = n - at;
      sum += (input[n] ?? 0) * this.scale * sinc(this.scale * x) * hann(x / this.reach);
    }
    return sum;
  }
}

function sinc(x: number): number {
  if (Math.abs(x) < 1e-9) return 1;
  return Math.sin(Math.PI * x) / (Math.PI * x);
}

/** 1 in the middle, 0 at -1 and 1. */
function hann(x: number): number {
  return 0.5 + 0.5 * Math.cos(Math.PI * Math.max(-1, Math.min(1, x)));
}
