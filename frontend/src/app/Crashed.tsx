import { Link } from '@tanstack/react-router';
import { buttonClass, Button } from '../ui/Button';
import styles from './Shell.module.css';

/** Shown where a page failed. The interview itself lives on the server and is not lost. */
export function Crashed() {
  return (
    <section className={styles.plain}>
      <h1>This page stopped working</h1>
      <p>Your interview is safe on the server. Reload the page to go on where you were.</p>
      <Button look="primary" onClick={() => window.location.reload()}>
        Reload the page
      </Button>
    </section>
  );
}

export function Missing() {
  return (
    <section className={styles.plain}>
      <h1>There is nothing here</h1>
      <p>The address may be mistyped, or what it named was deleted.</p>
      <Link to="/" className={buttonClass('primary')}>
        Go to the start
      </Link>
    </section>
  );
}
