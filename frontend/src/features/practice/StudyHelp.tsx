import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { getStudyHelp } from '../../api/calls';
import { sentenceOf } from '../../api/client';
import { Button } from '../../ui/Button';
import { WithSlots } from '../feedback/RewriteCard';
import styles from './StudyHelp.module.css';

interface Props {
  sessionId: string;
  questionId: string;
  /** What the question came with; shown until there is more. */
  hints: readonly string[];
}

/** For who studies: hints, and an example of an answer, written when it is asked for. */
export function StudyHelp({ sessionId, questionId, hints }: Props) {
  const [open, setOpen] = useState(false);
  const help = useQuery({ queryKey: ['study', sessionId, questionId], queryFn: () => getStudyHelp(sessionId), enabled: open, staleTime: Infinity, retry: false });
  const shown = help.data?.hints ?? hints;
  const example = help.data?.example;
  return (
    <details className={styles.help} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={styles.opener}>Help with this question</summary>
      <div className={styles.inside} aria-busy={help.isFetching}>
        {shown.length > 0 ? (
          <ul className={styles.hints}>
            {shown.map((hint) => (
              <li key={hint}>{hint}</li>
            ))}
          </ul>
        ) : null}
        {example ? (
          <figure className={styles.example}>
            <figcaption>{example.label}</figcaption>
            <WithSlots text={example.text} />
          </figure>
        ) : null}
        {help.isFetching ? <p role="status">Writing an example…</p> : null}
        {help.isError ? (
          <p role="alert">
            {sentenceOf(help.error)}{' '}
            <Button look="quiet" onClick={() => void help.refetch()}>
              Try again
            </Button>
          </p>
        ) : null}
        {help.data && !example ? <p>{shown.length > 0 ? 'There is no example for this question.' : 'Nothing more is known about this question.'}</p> : null}
      </div>
    </details>
  );
}
