import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { deleteSession, listSessions } from '../../api/calls';
import { sentenceOf } from '../../api/client';
import type { Choice, SessionInfo } from '../../api/types';
import { plural, when, words } from '../../text/format';
import { announce } from '../../ui/announce';
import { Button, buttonClass, IconButton } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { Message } from '../../ui/Message';
import styles from './PastInterviews.module.css';

/** Interviews of before, newest first: go on, read the report, or erase. */
export function PastInterviews({ modes }: { modes: Choice[] }) {
  const [erasing, setErasing] = useState<SessionInfo | null>(null);
  const queries = useQueryClient();
  const list = useInfiniteQuery({
    queryKey: ['sessions'],
    queryFn: ({ pageParam }) => listSessions(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
  const erase = useMutation({
    mutationFn: (session: SessionInfo) => deleteSession(session.session_id),
    onSuccess: () => announce('The interview was deleted.'),
    onSettled: async () => {
      setErasing(null);
      await queries.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  const sessions = list.data?.pages.flatMap((page) => page.sessions) ?? [];
  if (sessions.length === 0 && !list.isError) return null;
  const titleOf = (session: SessionInfo) => session.role || modes.find((m) => m.name === session.mode)?.title || words(session.mode);
  return (
    <section className={styles.past} aria-labelledby="past">
      <h2 id="past">Past interviews</h2>
      {list.isError ? <Message tone="error">{sentenceOf(list.error)}</Message> : null}
      {erase.isError ? (
        <Message tone="error" alert>
          {sentenceOf(erase.error)}
        </Message>
      ) : null}
      <ul className={styles.list}>
        {sessions.map((session) => {
          const title = titleOf(session);
          const over = session.state === 'finished' || session.state === 'expired';
          const to = { params: { sessionId: session.session_id } } as const;
          return (
            <li key={session.session_id}>
              <div className={styles.what}>
                <p className={styles.title}>{title}</p>
                <p className={styles.facts}>
                  {when(session.created_at)} · {over ? words(session.state) : progressOf(session)}
                </p>
              </div>
              <div className={styles.acts}>
                {over ? (
                  <Link to="/report/$sessionId" {...to} className={buttonClass()} aria-label={`Report: ${title}`}>
                    Report
                  </Link>
                ) : (
                  <Link to="/practice/$sessionId" {...to} className={buttonClass()} aria-label={`Continue: ${title}`}>
                    Continue
                  </Link>
                )}
                <IconButton label={`Delete: ${title}, ${when(session.created_at)}`} onClick={() => setErasing(session)}>
                  <Trash2 aria-hidden="true" />
                </IconButton>
              </div>
            </li>
          );
        })}
      </ul>
      {list.hasNextPage ? (
        <Button look="quiet" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Show more
        </Button>
      ) : null}
      <Confirm
        open={erasing !== null}
        title="Delete this interview?"
        confirm="Delete interview"
        danger
        busy={erase.isPending}
        onCancel={() => setErasing(null)}
        onConfirm={() => erasing && erase.mutate(erasing)}
      >
        Its questions, your answers and the feedback are erased from the server. Stories that you kept from it stay. This cannot be undone.
      </Confirm>
    </section>
  );
}

function progressOf(session: SessionInfo): string {
  if (session.question) return `Question ${session.question.number} of ${session.question.total}`;
  return plural(session.question_count, 'question');
}
