/** What a screen reader is told: whole sentences, one after another, politely. */

const listeners = new Set<(sentence: string) => void>();

export function announce(sentence: string): void {
  const text = sentence.trim();
  if (text) for (const listener of listeners) listener(text);
}

export function onAnnounce(listener: (sentence: string) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
