/** Watches a document while it is read and indexed: live events, and asking again where there is no stream. */
import { z } from 'zod';
import { getDocument } from './calls';
import { send } from './client';
import { readMessages } from './sse';
import type { DocumentInfo, IngestProgress } from './types';

const progressSchema = z.object({
  stage: z.enum(['reading', 'chunking', 'embedding', 'indexing']),
  done: z.number(),
  total: z.number(),
});

const POLL_MS = 700;

/** Calls `onProgress` until the document is ready or failed, and returns it then. */
export async function watchDocument(
  id: string,
  onProgress: (progress: IngestProgress) => void,
  signal: AbortSignal,
): Promise<DocumentInfo> {
  await followEvents(id, onProgress, signal).catch(() => undefined);
  for (;;) {
    signal.throwIfAborted();
    const document = await getDocument(id);
    if (document.status === 'ready' || document.status === 'failed') return document;
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

async function followEvents(id: string, onProgress: (progress: IngestProgress) => void, signal: AbortSignal): Promise<void> {
  const response = await send(`/documents/${encodeURIComponent(id)}/events`, {
    headers: { Accept: 'text/event-stream' },
    signal,
  });
  if (!response.ok || !response.body) return;
  for await (const message of readMessages(response.body)) {
    if (message.event === 'ready' || message.event === 'failed') return;
    const progress = message.event === 'progress' ? progressSchema.safeParse(JSON.parse(message.data)) : null;
    if (progress?.success) onProgress(progress.data);
  }
}
