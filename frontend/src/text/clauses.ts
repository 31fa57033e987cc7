/** Does a text that is being spoken sound as if more will come? Asked before a pause is taken for the end. */

const words = (list: string) => new Set(list.split(' '));

/** English words that lead on to something, even where a recogniser has put a stop after them. */
const ALWAYS_LEADS_ON = words('a although an and as because but every for from his i if into its my of or our since than the their to uh uhm um er erm until we whose with your');
/** Words that may end a sentence, but without a stop seldom do. */
const OFTEN_LEADS_ON = words(
  "about after are at be been before being by can could do does either for had has have he her how in is it it's just let like maybe mean on over she should so some that then they this those very was were what when where which while who will without would you",
);

export type Ending = 'finished' | 'unfinished' | 'unknown';

/** How the text ends; `unknown` where there is none, or where neither a stop nor its last word tells. */
export function endingOf(text: string): Ending {
  const said = text.trim();
  if (said === '') return 'unknown';
  if (/[,;:\-–—…]["'”’)\]]*$|\.\.\.$/u.test(said)) return 'unfinished';
  const last = said.toLowerCase().match(/([\p{L}\p{N}'’]+)[^\p{L}\p{N}]*$/u)?.[1]?.replace('’', "'") ?? '';
  if (ALWAYS_LEADS_ON.has(last)) return 'unfinished';
  if (/[.!?。！？।]["'”’)\]]*$/u.test(said)) return 'finished';
  return OFTEN_LEADS_ON.has(last) ? 'unfinished' : 'unknown';
}
