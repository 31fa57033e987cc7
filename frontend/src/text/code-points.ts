/**
 * Offsets on the wire count characters (Unicode code points); JavaScript strings count UTF-16 units. They differ as soon
 * as an emoji or a rare script is in the text, so every offset goes through here.
 */

const ASTRAL = /[\u{10000}-\u{10FFFF}]/u;

/** The UTF-16 index of code point `offset` in `text`; offsets outside the text are clamped to it. */
export function toIndex(text: string, offset: number): number {
  if (offset <= 0) return 0;
  if (!ASTRAL.test(text)) return Math.min(offset, text.length);
  let index = 0;
  for (let passed = 0; passed < offset && index < text.length; passed += 1) {
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  }
  return index;
}

/** How many code points `text` has. */
export function lengthOf(text: string): number {
  return ASTRAL.test(text) ? Array.from(text).length : text.length;
}

/** `text[start:end]` in code points. */
export function slice(text: string, start: number, end: number): string {
  return text.slice(toIndex(text, start), toIndex(text, end));
}

/**
 * Put a piece that starts after `offset` characters into `text`. Applying the same piece twice changes nothing; what
 * `text` already holds beyond the piece stays. A piece that would leave a hole is not applied.
 */
export function applyDelta(text: string, delta: { text: string; offset: number }): string {
  const have = lengthOf(text);
  if (delta.offset > have) return text;
  const end = delta.offset + lengthOf(delta.text);
  if (end <= have) return text;
  return text.slice(0, toIndex(text, delta.offset)) + delta.text;
}
