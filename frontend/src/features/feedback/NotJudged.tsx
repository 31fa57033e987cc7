import { Link } from '@tanstack/react-router';
import { useContext } from 'react';
import { AuthorOfServer } from './author';
import styles from './NotJudged.module.css';

/** Said once where no model has read the answers: what that means, and how to change it. */
export function NotJudged() {
  const server = useContext(AuthorOfServer);
  return (
    <p className={styles.note}>
      Measured, not judged: without a language model nobody here can tell whether what you said is right or convincing. You can, with the points to tick.{' '}
      {server?.kind === 'model' ? (
        'You chose for this interview that no model reads it.'
      ) : (
        <>
          To have your answers read, connect one in the{' '}
          <Link to="/settings" hash="language-model">
            settings
          </Link>
          .
        </>
      )}
    </p>
  );
}
