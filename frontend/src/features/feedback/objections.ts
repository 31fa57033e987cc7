/** Points that a candidate calls wrong: where they stand, and whether they were called so. */
import type { Feedback, Objection } from '../../api/types';

export interface ObjectedPoint {
  /** Its place: `strengths.0`, `gaps.1`, `errors.0`. */
  point: string;
  text: string;
}

type List = 'strengths' | 'gaps' | 'errors';

export const pointAt = (list: List, at: number, text: string): ObjectedPoint => ({ point: `${list}.${at}`, text });

/** Where the point stands in `feedback`; null where newer feedback no longer has it. */
export function placeOf({ point, text }: ObjectedPoint, feedback: Feedback): ObjectedPoint | null {
  const list = point.split('.')[0] as List;
  const texts = list === 'errors' ? feedback.errors.map((error) => error.correction) : feedback[list].map((one) => one.text);
  const at = texts.indexOf(text);
  return at < 0 ? null : pointAt(list, at, text);
}

export const isObjected = (objections: readonly Objection[], { point, text }: ObjectedPoint): boolean =>
  objections.some((objection) => objection.point === point && (!objection.text || objection.text === text));
