/** The client's own code that decides when an answer is over, as turn-ends.mjs bundles it. */
export { LearnedPauses } from '../src/audio/learned-pauses';
export { TurnTaking } from '../src/audio/turn-taking';
export { endingOf } from '../src/text/clauses';
