/** Is this speech? Silero's model in WebAssembly; both files are part of this site and loaded when first wanted. */
import modelUrl from '@ricky0123/vad-web/dist/silero_vad_v6.onnx?url';
import { Silero } from '@ricky0123/vad-web/dist/models/silero';
import * as ort from 'onnxruntime-web/wasm';
import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';

export interface VoiceDetector {
  /** 0..1 for a frame of 512 samples at 16 kHz; frames belong together, so they are asked for one after another. */
  probability(frame: Float32Array): Promise<number>;
  close(): void;
}

/** Load the model. Throws where it cannot be had, or the browser has no WebAssembly. */
export async function loadDetector(): Promise<VoiceDetector> {
  ort.env.wasm.numThreads = 1; // threads need a page that shares memory, and a frame takes a millisecond
  ort.env.wasm.wasmPaths = { wasm: wasmUrl };
  const response = await fetch(modelUrl);
  if (!response.ok) throw new Error(`the voice model cannot be loaded (${response.status})`);
  const model = await response.arrayBuffer();
  const silero = await Silero.new(ort, async () => model);
  return {
    probability: async (frame) => (await silero.process(frame)).isSpeech,
    close: () => void silero.release(),
  };
}
