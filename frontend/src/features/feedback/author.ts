import { createContext } from 'react';
import type { Author, Feedback } from '../../api/types';
import { here } from '../../ui/here';

/** Who writes on this server, as its catalogue says. */
export const AuthorOfServer = createContext<Author | null>(null);

/**
 * Who wrote a feedback, in a sentence; null where that was not recorded. The host is named only where the model that
 * wrote it is the one connected now.
 */
export function writtenBy(kind: Feedback['author'], model: string | undefined, connected: Author | null): string | null {
  if (!kind) return null;
  if (kind === 'rules') return `Measured on ${here()}; no model judged it.`;
  const same = connected?.kind === 'model' && (!model || connected.model === model) ? connected : null;
  const where = same?.local ? ` on ${here()}` : same?.host ? ` at ${same.host}` : '';
  return `Written by ${model || same?.model || 'a language model'}${where} and checked.`;
}

/** What can be measured without understanding what was said. */
const MEASURED = ['structure', 'clarity', 'conciseness', 'delivery'];

/** Whether nothing but measures stands in these scores. */
export const onlyMeasured = (scores: object): boolean => Object.keys(scores).every((name) => MEASURED.includes(name));
