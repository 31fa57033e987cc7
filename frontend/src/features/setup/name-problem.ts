import { ApiError } from '../../api/client';

/** What to do about a role or a company that cannot stand in a question; null where something else is wrong. */
export function nameProblem(error: unknown): string | null {
  const fields = error instanceof ApiError ? error.wire.details?.fields : null;
  const names: unknown[] = Array.isArray(fields) ? fields.map((one: { field?: unknown }) => one.field) : [];
  const wrong = ['role', 'company'].find((name) => names.includes(name));
  return wrong ? `What you typed as the ${wrong} cannot stand in a question. Please type its name alone, or leave it empty.` : null;
}
