/** Runs beside the sound card: brings the microphone to 16 kHz and hands it over in frames of 512 samples (32 ms). */
import { FRAME_SAMPLES, PCM_RATE } from './pcm-format';
import { Resampler } from './resampler';

// What TypeScript's DOM library leaves out of the worklet's world.
declare const sampleRate: number;
declare function registerProcessor(name: string, processor: unknown): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

class PcmProcessor extends AudioWorkletProcessor {
  private readonly resampler = new Resampler(sampleRate, PCM_RATE);
  private frame = new Float32Array(FRAME_SAMPLES);
  private filled = 0;

  process(inputs: Float32Array[][]): boolean {
    const channel = inputs[0]?.[0];
    if (channel) this.take(sampleRate === PCM_RATE ? channel : this.resampler.push(channel));
    return true;
  }

  private take(samples: Float32Array): void {
    for (const sample of samples) {
      this.frame[this.filled] = sample;
      this.filled += 1;
      if (this.filled < FRAME_SAMPLES) continue;
      this.port.postMessage(this.frame, [this.frame.buffer]);
      this.frame = new Float32Array(FRAME_SAMPLES);
      this.filled = 0;
    }
  }
}

registerProcessor('pcm', PcmProcessor);
