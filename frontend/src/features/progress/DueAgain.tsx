import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { getReview, startSession } from '../../api/calls';
import { sentenceOf } from '../../api/client';
import type { ReviewItem } from '../../api/types';
import { plural } from '../../text/format';
import { Button } from '../../ui/Button';
import { Message } from '../../ui/Message';
import { coachWishes } from '../settings/preferences';
import styles from './DueAgain.module.css';

const SHOWN = 3;

/** Questions that were weak and are due again, each ready to start. */
export function DueAgain() {
  const review = useQuery({ queryKey: ['review'], queryFn: getReview, staleTime: 0 });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const start = useMutation({
    mutationFn: (item: ReviewItem) => startSession({ ...item.start, ...coachWishes() }),
    onSuccess: async (session) => {
      queries.setQueryData(['session', session.session_id], session);
      void queries.invalidateQueries({ queryKey: ['sessions'] });
      await navigate({ to: '/practice/$sessionId', params: { sessionId: session.session_id } });
    },
  });
  const due = review.data?.due ?? [];
  const coming = review.data?.coming ?? [];
  const days = review.data?.intervals_days ?? [];
  if (due.length === 0 && coming.length === 0) return null;
  return (
    <section className={styles.due} aria-labelledby="due">
      <h2 id="due">{due.length > 0 ? 'Due again today' : 'Nothing is due today'}</h2>
      <p className={styles.note}>
        Questions you found hard come back after {days.slice(0, -1).join(', ')} and {days.at(-1)} days, so that the better answer stays with you.
        {due.length === 0 && coming[0] ? ` The next one comes ${inDays(coming[0].due_on)}.` : ''}
      </p>
      {start.isError ? (
        <Message tone="error" alert>
          {sentenceOf(start.error)}
        </Message>
      ) : null}
      <Items items={due.slice(0, SHOWN)} starting={start.isPending ? start.variables : undefined} onStart={(item) => start.mutate(item)} />
      {due.length > SHOWN ? (
        <details>
          <summary className={styles.opener}>{plural(due.length - SHOWN, 'more question')} due</summary>
          <Items items={due.slice(SHOWN)} starting={start.isPending ? start.variables : undefined} onStart={(item) => start.mutate(item)} />
        </details>
      ) : null}
      {coming.length > 0 ? (
        <details>
          <summary className={styles.opener}>Coming later ({coming.length})</summary>
          <ul className={styles.items}>
            {coming.map((item) => (
              <li key={item.turn_id}>
                <div>
                  <p className={styles.question}>{item.question}</p>
                  <p className={styles.reason}>{inDays(item.due_on)}</p>
                </div>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </section>
  );
}

interface ItemsProps {
  items: ReviewItem[];
  starting: ReviewItem | undefined;
  onStart: (item: ReviewItem) => void;
}

function Items({ items, starting, onStart }: ItemsProps) {
  return (
    <ul className={styles.items}>
      {items.map((item) => (
        <li key={item.turn_id}>
          <div>
            <p className={styles.question}>{item.question}</p>
            <p className={styles.reason}>{item.reason}</p>
          </div>
          <Button busy={starting?.turn_id === item.turn_id} disabled={starting !== undefined} onClick={() => onStart(item)} aria-label={`Practise again: ${item.question}`}>
            Practise
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** `2026-11-24` -> `in 3 days`, counted from the day here. */
function inDays(due: string, now = new Date()): string {
  const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
  const days = Math.round((Date.parse(due) - today) / 86_400_000);
  if (days <= 0) return 'today';
  return days === 1 ? 'tomorrow' : `in ${days} days`;
}
