/** Whose language model may read documents as soon as they are added. */
import type { Author } from '../../api/types';
import type { Preferences } from '../settings/preferences';

/** The host of a model elsewhere, also of one that still has to pass its check; null where nothing leaves the machine of the server. */
export const hostElsewhere = (author: Author | null | undefined): string | null => (author && !author.local && author.host) || null;

/** The host that the person has allowed to read at once, as long as it is still the one connected. */
export function consentOf(author: Author | null | undefined, { author: wanted, readsAtOnce }: Pick<Preferences, 'author' | 'readsAtOnce'>): string | null {
  const host = hostElsewhere(author);
  return host !== null && wanted === 'auto' && readsAtOnce === host ? host : null;
}
