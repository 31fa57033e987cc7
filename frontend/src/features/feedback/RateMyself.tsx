import { useId, useState } from 'react';
import { sentenceOf } from '../../api/client';
import type { Feedback } from '../../api/types';
import { figure } from '../../text/format';
import { announce } from '../../ui/announce';
import { Button } from '../../ui/Button';
import { onlyMeasured } from './author';
import styles from './RateMyself.module.css';

const LEVELS = ['Not there yet', 'Some of it', 'Solid', 'Good', 'As good as I can'];

interface Props {
  onRate: (overall: number) => Promise<void>;
  onSkip: () => void;
}

/** Asks how it went, before the coach says so. */
export function RateMyself({ onRate, onSkip }: Props) {
  const id = useId();
  const [sending, setSending] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const rate = async (overall: number) => {
    setSending(overall);
    setProblem(null);
    try {
      await onRate(overall);
      announce('Kept. The feedback is shown.');
    } catch (error) {
      setProblem(sentenceOf(error));
    } finally {
      setSending(null);
    }
  };
  return (
    <section className={styles.ask} aria-labelledby={id}>
      <div>
        <h3 id={id}>How did that go?</h3>
        <p>Rate it yourself first; the feedback comes after.</p>
      </div>
      <ol className={styles.levels}>
        {LEVELS.map((level, at) => (
          <li key={level}>
            <button type="button" disabled={sending !== null} aria-busy={sending === at + 1 || undefined} onClick={() => void rate(at + 1)}>
              <strong>{at + 1}</strong>
              <span>{level}</span>
            </button>
          </li>
        ))}
      </ol>
      {problem ? <p role="alert">{problem}</p> : null}
      <Button look="quiet" onClick={onSkip}>
        Skip, show the feedback
      </Button>
    </section>
  );
}

/** The own rating, and beside it the mean of the scores where somebody judged. */
export function RatedMyself({ own, feedback, calm }: { own: number; feedback: Feedback; calm: boolean }) {
  if (feedback.author === 'rules' && onlyMeasured(feedback.scores)) return <p className={styles.rated}>You called it “{LEVELS[own - 1]}”.</p>;
  const scores = Object.entries(feedback.scores).flatMap(([name, { score }]) => (name === 'delivery' ? [] : [score]));
  if (scores.length === 0) return null;
  const measured = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const apart = own - measured;
  const verdict = Math.abs(apart) < 0.75 ? 'That is close to what the criteria say.' : apart > 0 ? 'That is more than the criteria say: see what is missing.' : 'That is less than the criteria say: it was better than you thought.';
  return (
    <p className={styles.rated}>
      {calm ? `You called it \u201c${LEVELS[own - 1] ?? ''}\u201d. ` : `You gave it ${own} of 5; the scores come to ${figure(measured)}. `}
      {verdict}
    </p>
  );
}
