/** What this browser remembers: looks only, nothing that was said. */
export interface Preferences { theme: 'system' | 'light' | 'dark'; volume: number; muted: boolean; hideScores: boolean }

const KEY = 'interview-helper.preferences';
const DEFAULT: Preferences = { theme: 'system', volume: 1, muted: false, hideScores: false };

export function load(): Preferences {
  try {
    return { ...DEFAULT, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>) };
  } catch {
    return DEFAULT;
  }
}

export function save(preferences: Preferences): void {
  localStorage.setItem(KEY, JSON.stringify(preferences));
}
