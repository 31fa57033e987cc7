/** The sound of this page's answers, in its memory alone: to hear takes of one question against each other. */

const MOST_BYTES = 80 * 1024 * 1024;

interface Take {
  url: string;
  bytes: number;
}

const kept = new Map<string, Take>();
const listeners = new Set<() => void>();

/** Keep a turn's recording; the oldest ones go when there are too many. */
export function keepTake(turnId: string, sound: Blob): void {
  drop(turnId);
  kept.set(turnId, { url: URL.createObjectURL(sound), bytes: sound.size });
  let sum = [...kept.values()].reduce((total, take) => total + take.bytes, 0);
  for (const [oldest, take] of kept) {
    if (sum <= MOST_BYTES || oldest === turnId) break;
    sum -= take.bytes;
    drop(oldest);
  }
  tell();
}

/** An address that plays the turn's recording, while it is kept. */
export const soundOf = (turnId: string): string | null => kept.get(turnId)?.url ?? null;

/** The recording belongs to another turn now: what was heard in it was corrected. */
export function moveTake(from: string, to: string): void {
  const take = kept.get(from);
  if (!take) return;
  kept.delete(from);
  kept.set(to, take);
  tell();
}

/** The recording of one turn goes. */
export function forgetTake(turnId: string): void {
  drop(turnId);
  tell();
}

export function forgetTakes(): void {
  for (const turnId of [...kept.keys()]) drop(turnId);
  tell();
}

export function onTakes(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function drop(turnId: string): void {
  const take = kept.get(turnId);
  if (take) URL.revokeObjectURL(take.url);
  kept.delete(turnId);
}

function tell(): void {
  for (const listener of listeners) listener();
}
