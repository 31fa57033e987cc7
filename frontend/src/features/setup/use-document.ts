/** One document of the set-up page: what was given, how far its reading is, and what went wrong. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { addFile, addText } from '../../api/calls';
import { ApiError, sentenceOf } from '../../api/client';
import { watchDocument } from '../../api/document-events';
import type { DocumentInfo, DocumentKind, IngestProgress } from '../../api/types';
import { announce } from '../../ui/announce';

export interface DocumentSlot {
  kind: DocumentKind;
  document: DocumentInfo | null;
  /** Being sent, read or indexed. */
  busy: boolean;
  progress: IngestProgress | null;
  problem: string | null;
  give: (what: File | { title: string; text: string }) => Promise<void>;
  /** Use a document that is already there. */
  choose: (document: DocumentInfo) => void;
  /** Leave it out of the next interview; the document itself stays. */
  clear: () => void;
  /** Waits until nothing is being read any more. */
  settled: () => Promise<Settled>;
}

export interface Settled {
  document: DocumentInfo | null;
  failed: boolean;
}

const NOTHING: Settled = { document: null, failed: false };

/** `consent` names the host whose language model may read what is given at once; null where none may yet. */
export function useDocument(kind: DocumentKind, name: string, consent: string | null = null): DocumentSlot {
  const queries = useQueryClient();
  const [document, setDocument] = useState<DocumentInfo | null>(null);
  const [busy, setBusy] = useState(false);
  const [progress, setProgress] = useState<IngestProgress | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const watching = useRef<AbortController | null>(null);

  const reset = useCallback(() => {
    watching.current?.abort();
    watching.current = new AbortController();
    setProgress(null);
    setProblem(null);
    return watching.current.signal;
  }, []);

  const outcome = useRef<Promise<Settled>>(Promise.resolve(NOTHING));

  const read = useCallback(
    async (what: File | { title: string; text: string }): Promise<Settled> => {
      const signal = reset();
      setBusy(true);
      setDocument(null);
      try {
        const added = what instanceof File ? await addFile(kind, what, consent) : await addText(kind, what.title, what.text, consent);
        signal.throwIfAborted();
        setDocument(added);
        const done = await watchDocument(added.document_id, (step) => !signal.aborted && setProgress(step), signal);
        signal.throwIfAborted();
        const failed = done.status === 'failed';
        setDocument(failed ? null : done);
        if (failed) setProblem(done.error?.message_safe ?? 'This file could not be read.');
        announce(failed ? `${name} could not be read.` : `${name} is ready.`);
        return { document: failed ? null : done, failed };
      } catch (error) {
        if (signal.aborted) return NOTHING;
        setDocument(null);
        setProblem(tooLarge(error) ?? sentenceOf(error));
        return { document: null, failed: true };
      } finally {
        if (!signal.aborted) {
          setBusy(false);
          void queries.invalidateQueries({ queryKey: ['documents'] });
        }
      }
    },
    [consent, kind, name, queries, reset],
  );

  const give = useCallback(
    async (what: File | { title: string; text: string }) => {
      outcome.current = read(what);
      await outcome.current;
    },
    [read],
  );

  const settled = useCallback(async () => {
    for (;;) {
      const awaited = outcome.current;
      const found = await awaited;
      if (awaited === outcome.current) return found;
    }
  }, []);

  const choose = useCallback(
    (chosen: DocumentInfo) => {
      reset();
      outcome.current = Promise.resolve({ document: chosen, failed: false });
      setBusy(false);
      setDocument(chosen);
    },
    [reset],
  );

  const clear = useCallback(() => {
    reset();
    outcome.current = Promise.resolve(NOTHING);
    setBusy(false);
    setDocument(null);
  }, [reset]);

  useEffect(() => () => watching.current?.abort(), []);

  return { kind, document, busy, progress, problem, give, choose, clear, settled };
}

/** A proxy may cut a large upload off before the server can say a word. */
function tooLarge(error: unknown): string | null {
  return error instanceof ApiError && error.status === 413 && error.code === 'bad_answer'
    ? 'This file is too large. Save a shorter version of it, or paste the text.'
    : null;
}
