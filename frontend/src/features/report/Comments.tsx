import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { deleteComment, listShares } from '../../api/calls';
import { sentenceOf } from '../../api/client';
import type { Report, ReviewComment } from '../../api/types';
import { clock, when } from '../../text/format';
import { announce } from '../../ui/announce';
import { IconButton } from '../../ui/Button';
import { Message } from '../../ui/Message';
import styles from './Comments.module.css';

interface Props {
  sessionId: string;
  timeline: Report['timeline'];
}

/** What reviewers wrote, answer by answer. */
export function Comments({ sessionId, timeline }: Props) {
  const queries = useQueryClient();
  const reviews = useQuery({ queryKey: ['reviews', sessionId], queryFn: () => listShares(sessionId), staleTime: 0 });
  const erase = useMutation({
    mutationFn: (comment: ReviewComment) => deleteComment(sessionId, comment.comment_id),
    onSuccess: () => announce('The comment was deleted.'),
    onSettled: () => queries.invalidateQueries({ queryKey: ['reviews', sessionId] }),
  });
  const comments = reviews.data?.comments ?? [];
  if (comments.length === 0) return null;
  const answers = timeline.filter((entry) => comments.some((comment) => comment.turn_id === entry.turn_id));
  return (
    <section aria-labelledby="comments">
      <h2 id="comments">What reviewers said</h2>
      {erase.isError ? (
        <Message tone="error" alert>
          {sentenceOf(erase.error)}
        </Message>
      ) : null}
      {answers.map((answer) => (
        <div key={answer.turn_id} className={styles.answer}>
          <h3>{answer.question}</h3>
          <ul className={styles.comments}>
            {comments
              .filter((comment) => comment.turn_id === answer.turn_id)
              .sort((a, b) => (a.char_start ?? -1) - (b.char_start ?? -1))
              .map((comment) => (
                <li key={comment.comment_id}>
                  <CommentText comment={comment} quoted />
                  <IconButton label={`Delete the comment of ${comment.author_name}`} disabled={erase.isPending} onClick={() => erase.mutate(comment)}>
                    <Trash2 aria-hidden="true" />
                  </IconButton>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

/** One comment: who, when, about what moment, and the words. Always plain text. */
export function CommentText({ comment, quoted = false }: { comment: ReviewComment; quoted?: boolean }) {
  return (
    <div className={styles.comment}>
      <p className={styles.who}>
        <strong>{comment.author_name}</strong> · {when(comment.created_at)}
        {comment.at_s !== null ? ` · at ${clock(comment.at_s)}` : ''}
      </p>
      {quoted && comment.quote ? <blockquote>{comment.quote}</blockquote> : null}
      <p className={styles.text}>{comment.text}</p>
    </div>
  );
}
