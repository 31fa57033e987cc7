/** Frames of 16 kHz sound from a microphone, by an AudioWorklet that this server serves as a file of its own. */
import workletUrl from './pcm-worklet.ts?worker&url';

export interface PcmTap {
  close(): void;
}

/** Call `onFrame` with every frame of 512 samples until closed. Throws where the browser has no worklets. */
export async function tapPcm(stream: MediaStream, onFrame: (frame: Float32Array) => void): Promise<PcmTap> {
  const context = new AudioContext({ latencyHint: 'interactive' });
  const close = () => {
    if (context.state !== 'closed') void context.close();
  };
  try {
    await context.audioWorklet.addModule(workletUrl);
    await running(context);
    const node = new AudioWorkletNode(context, 'pcm', { channelCount: 1, channelCountMode: 'explicit' });
    node.port.onmessage = (event: MessageEvent<Float32Array>) => onFrame(event.data);
    context.createMediaStreamSource(stream).connect(node);
    node.connect(context.destination); // its output is silence; only what leads to the speakers is sure to run
    return {
      close: () => {
        node.port.onmessage = null;
        close();
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** A page that was only just opened may not make or hear sound before somebody touches it. */
async function running(context: AudioContext): Promise<void> {
  const again = () => void context.resume();
  window.addEventListener('pointerdown', again);
  window.addEventListener('keydown', again);
  try {
    await context.resume();
  } finally {
    window.removeEventListener('pointerdown', again);
    window.removeEventListener('keydown', again);
  }
}
