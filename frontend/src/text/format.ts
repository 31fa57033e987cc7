/** Numbers, times and names as people read them. */

/** `83` -> `1:23`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** A duration for a screen reader: `83` -> `1 minute 23 seconds`. */
export function spokenDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  const parts = [];
  if (minutes > 0) parts.push(`${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`);
  if (rest > 0 || minutes === 0) parts.push(`${rest} ${rest === 1 ? 'second' : 'seconds'}`);
  return parts.join(' ');
}

/** Recognition leaves out many fillers, so what it has is the least there were, and none is no result. */
export function heardFillers(count: number): string {
  return count > 0 ? `at least ${figure(count)}` : 'none recognised';
}

/** At most one decimal, and none where it would be zero. */
export function figure(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** In quotation marks; a quotation in it gets single ones. */
export function quoted(text: string): string {
  return `“${text.replaceAll('“', '‘').replaceAll('”', '’')}”`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

export function megabytes(bytes: number): string {
  return `${figure(bytes / (1024 * 1024))} MB`;
}

/** As a hub states a model's size: `2497281120` -> `2.5 GB`. */
export function gigabytes(bytes: number): string {
  return `${figure(bytes / 1e9)} GB`;
}

/** `technical_accuracy` -> `Technical accuracy`. */
export function words(name: string): string {
  const text = name.replaceAll('_', ' ').trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `scores, rewrite, sources` -> `Scores, rewrite and sources`. */
export function inSeries(names: readonly string[]): string {
  const all = [names.slice(0, -1).join(', '), names.at(-1) ?? ''].filter(Boolean).join(' and ');
  return all.charAt(0).toUpperCase() + all.slice(1);
}

/** A sentence without the means in it: `strongest in structure (3.4)` -> `strongest in structure`. */
export function withoutScores(text: string): string {
  return text.replace(/ \(\d(?:\.\d)?\)/g, '');
}

/** `Today, 14:05`, `Yesterday, 9:30 AM` (as the browser writes times), else `12 Nov 2026`. */
export function when(iso: string, now = new Date()): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  const day = (d: Date) => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
  const days = Math.round((day(now) - day(date)) / 86_400_000);
  const time = date.toLocaleTimeString([], { hour: 'numeric', minute: '2-digit' });
  if (days === 0) return `Today, ${time}`;
  if (days === 1) return `Yesterday, ${time}`;
  return date.toLocaleDateString([], { day: 'numeric', month: 'short', year: 'numeric' });
}

/** The complete sentences at the start of a growing text, and how many characters they take. */
export function completeSentences(text: string): { sentences: string[]; length: number } {
  const sentences: string[] = [];
  let length = 0;
  for (const match of text.matchAll(/[^]*?[.!?…]["'”’)\]]*(?=\s)/gu)) {
    sentences.push(match[0].trim());
    length = match.index + match[0].length;
  }
  return { sentences, length };
}
