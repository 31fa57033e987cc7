import { diffWords } from 'diff';
import styles from './WordChanges.module.css';

interface Props {
  before: string;
  now: string;
}

/** Two takes of one answer, word by word: what is new, and what was left out. */
export function WordChanges({ before, now }: Props) {
  const parts = diffWords(before, now, { ignoreCase: true });
  if (!parts.some((part) => part.added || part.removed)) return null;
  return (
    <details className={styles.words}>
      <summary className={styles.opener}>Your words, compared with the take before</summary>
      <p>
        {parts.map((part, at) => {
          if (part.added) {
            return (
              <ins key={at}>
                <span className="visually-hidden">new: </span>
                {part.value}
              </ins>
            );
          }
          if (part.removed) {
            return (
              <del key={at}>
                <span className="visually-hidden">left out: </span>
                {part.value}
              </del>
            );
          }
          return <span key={at}>{part.value}</span>;
        })}
      </p>
    </details>
  );
}
