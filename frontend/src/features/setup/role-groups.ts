/** The roles of the question bank as a menu has them: under their field of work, and found by any of their names. */
import type { Catalog } from '../../api/types';
import { words } from '../../text/format';

export type Role = Catalog['role_packs'][number];

export interface RoleGroup {
  title: string;
  roles: Role[];
}

const FIELDS: Record<string, string> = { hr: 'HR', '': 'Other roles' };

/** `public_service` -> `Public service`. */
const fieldTitle = (field: string | undefined): string => FIELDS[field ?? ''] ?? words(field ?? '');

/** Roles by field, both in the order of the alphabet; without fields, one group. */
export function groupsOf(roles: readonly Role[]): RoleGroup[] {
  const groups = new Map<string, Role[]>();
  for (const role of roles) {
    const title = fieldTitle(role.field);
    groups.set(title, [...(groups.get(title) ?? []), role]);
  }
  return [...groups]
    .map(([title, of]) => ({ title, roles: of.sort((a, b) => a.title.localeCompare(b.title)) }))
    .sort((a, b) => a.title.localeCompare(b.title));
}

/** Roles in whose title, field or other names every word that was typed begins a word. */
export function matching(roles: readonly Role[], typed: string): Role[] {
  const wanted = wordsOf(typed);
  return roles.filter((role) => {
    const known = [role.title, fieldTitle(role.field), ...(role.aliases ?? [])].flatMap(wordsOf);
    return wanted.every((word) => known.some((one) => one.startsWith(word)));
  });
}

/** The other name of a role that was typed, where its title does not say it. */
export function otherName(role: Role, typed: string): string | null {
  const wanted = wordsOf(typed);
  const holds = (name: string) => wanted.every((word) => wordsOf(name).some((one) => one.startsWith(word)));
  if (wanted.length === 0 || holds(role.title)) return null;
  return role.aliases?.find(holds) ?? null;
}

const wordsOf = (text: string): string[] => text.toLowerCase().split(/[^\p{L}\p{N}+#]+/u).filter(Boolean);
