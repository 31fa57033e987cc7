import { Link } from '@tanstack/react-router';
import { buttonClass, Button } from '../ui/Button';
import { PageProblem } from '../ui/PageProblem';

/** Shown where a page failed. The interview itself lives on the server and is not lost. */
export function Crashed() {
  return (
    <PageProblem
      title="This page stopped working"
      actions={
        <Button look="primary" onClick={() => window.location.reload()}>
          Reload the page
        </Button>
      }
    >
      Your interview is safe on the server. Reload the page to go on where you were.
    </PageProblem>
  );
}

export function Missing() {
  return (
    <PageProblem
      title="There is nothing here"
      actions={
        <Link to="/" className={buttonClass('primary')}>
          Go to the start
        </Link>
      }
    >
      The address may be mistyped, or what it named was deleted.
    </PageProblem>
  );
}
