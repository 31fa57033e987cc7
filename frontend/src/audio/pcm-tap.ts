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
    await context.resume();
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
