/** A microphone that stays open, and a probability of speech for every frame of it. */
import { tapPcm } from './pcm-tap';
import { MicrophoneError, openMicrophone, release } from './recorder';

export interface Ears {
  close(): void;
}

export interface EarsListener {
  onFrame(frame: Float32Array, probability: number): void;
  /** The microphone was unplugged or taken away. */
  onLost(): void;
}

/** More frames than this waiting means that the machine cannot keep up; the oldest are then taken as they were before. */
const BACKLOG = 12;

/** Open the ears. Throws `MicrophoneError`; echo cancellation is on. */
export async function openEars({ onFrame, onLost }: EarsListener): Promise<Ears> {
  const stream = await openMicrophone();
  const closers = [() => release(stream)];
  const close = () => {
    for (const done of closers.splice(0)) done();
  };
  try {
    const { loadDetector } = await import('./voice-activity');
    const detector = await loadDetector();
    closers.push(detector.close);
    let last = 0;
    let waiting = 0;
    let turn = Promise.resolve();
    const tap = await tapPcm(stream, (frame) => {
      waiting += 1;
      turn = turn.then(async () => {
        if (closers.length === 0) return;
        if (waiting <= BACKLOG) last = await detector.probability(frame).catch(() => last);
        waiting -= 1;
        if (closers.length > 0) onFrame(frame, last);
      });
    });
    closers.unshift(() => tap.close());
    for (const track of stream.getAudioTracks()) {
      track.addEventListener('ended', () => {
        if (closers.length === 0) return;
        close();
        onLost();
      });
    }
    return { close };
  } catch {
    close();
    throw new MicrophoneError('deaf');
  }
}
