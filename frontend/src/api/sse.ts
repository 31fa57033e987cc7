/** Reads server-sent events from a fetch response, and notices when the stream has gone silent. */
import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream';

/** Three of the server's heartbeats (15 s each at most) without a byte: the connection is dead, whatever TCP says. */
export const SILENCE_MS = 45_000;

class Silent extends Error {}

/** Messages as they arrive; ends with the stream. Throws where the connection breaks or nothing comes for too long. */
export async function* readMessages(
  body: ReadableStream<Uint8Array>,
  silenceMs: number = SILENCE_MS,
): AsyncGenerator<EventSourceMessage> {
  let heard = Date.now();
  const heartbeats = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      heard = Date.now();
      controller.enqueue(chunk);
    },
  });
  const reader = body
    .pipeThrough(heartbeats)
    .pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>)
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  try {
    for (;;) {
      const next = reader.read();
      const { done, value } = await orSilence(next, () => heard + silenceMs - Date.now());
      if (done) return;
      yield value;
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

function orSilence<T>(promise: Promise<T>, left: () => number): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout>;
    const check = () => {
      const ms = left();
      if (ms <= 0) reject(new Silent('no byte for too long'));
      else timer = setTimeout(check, ms);
    };
    check();
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
