/** Watches a document while it is read and indexed: live events, and asking again where there is no stream. */
import { z } from 'zod';
import { getDocument } from './calls';
import { send as sendToServer, type Send } from './client';
import { readMessages } from './sse';
import type { DocumentInfo, IngestProgress } from './types';

const progressSchema = z.object({
  stage: z.enum(['reading', 'chunking', 'embedding', 'indexing']),
  done: z.number(),
  total: z.number(),
});

const POLL_MS = 700;

interface Server {
  send: Send;
  getDocument: (id: string) => Promise<DocumentInfo>;
  pollMs: number;
}

const SERVER: Server = { send: sendToServer, getDocument, pollMs: POLL_MS };

/** Calls `onProgress` until the document is ready or failed, and returns it then. */
export async function watchDocument(
  id: string,
  onProgress: (progress: IngestProgress) => void,
  signal: AbortSignal,
  server: Server = SERVER,
): Promise<DocumentInfo> {
  await followEvents(id, onProgress, signal, server.send).catch(() => undefined);
  for (;;) {
    signal.throwIfAborted();
    const document = await server.getDocument(id);
    if (document.status === 'ready' || document.status === 'failed') return document;
    await new Promise((done) => setTimeout(done, server.pollMs));
  }
}

async function followEvents(id: string, onProgress: (progress: IngestProgress) => void, signal: AbortSignal, send: Send): Promise<void> {
  const response = await send(`/documents/${encodeURIComponent(id)}/events`, {
    headers: { Accept: 'text/event-stream' },
    signal,
  });
  if (!response.ok || !response.body) return;
  for await (const message of readMessages(response.body)) {
    if (message.event === 'ready' || message.event === 'failed') return;
    const progress = message.event === 'progress' ? progressOf(message.data) : null;
    if (progress) onProgress(progress);
  }
}

function progressOf(json: string): IngestProgress | null {
  try {
    return progressSchema.parse(JSON.parse(json));
  } catch {
    return null;
  }
}
