import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { getCatalog, getSession } from '../../api/calls';
import { ApiError, sentenceOf } from '../../api/client';
import { Button, buttonClass } from '../../ui/Button';
import { PageProblem } from '../../ui/PageProblem';
import styles from './Room.module.css';
import { Room } from './Room';

export function PracticePage() {
  const { sessionId } = useParams({ from: '/practice/$sessionId' });
  const catalog = useQuery({ queryKey: ['catalog'], queryFn: getCatalog, staleTime: 60_000 });
  // The room itself is the truth once it is open: it is loaded once, and never from an old copy.
  const session = useQuery({ queryKey: ['session', sessionId], queryFn: () => getSession(sessionId), staleTime: Infinity, gcTime: 0 });

  if (session.isError) {
    const gone = session.error instanceof ApiError && session.error.status === 404;
    return (
      <PageProblem
        title={gone ? 'This interview does not exist any more' : 'The interview could not be opened'}
        actions={
          <>
            {gone ? null : <Button onClick={() => void session.refetch()}>Try again</Button>}
            <Link to="/" className={buttonClass()}>
              Set up a new one
            </Link>
          </>
        }
      >
        {sentenceOf(session.error)}
      </PageProblem>
    );
  }
  if (!session.data) return <div className={styles.loading} role="status" aria-label="Opening the interview" />;
  return <Room key={sessionId} session={session.data} catalog={catalog.data} />;
}
