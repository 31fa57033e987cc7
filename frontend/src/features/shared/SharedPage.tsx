import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { MessageSquarePlus } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { getCatalog, getShared, leaveComment, type NewComment } from '../../api/calls';
import { ApiError, sentenceOf } from '../../api/client';
import type { ReviewComment, Shared } from '../../api/types';
import { slice } from '../../text/code-points';
import { clock, figure, plural, when, words } from '../../text/format';
import { announce } from '../../ui/announce';
import { Button } from '../../ui/Button';
import { TextField } from '../../ui/Field';
import { CommentText } from '../report/Comments';
import styles from './SharedPage.module.css';

type SharedTurn = Shared['turns'][number];
type Paragraph = SharedTurn['answer']['paragraphs'][number];

const LONGEST_NAME = 60;
const LONGEST_COMMENT = 2000;

/** An interview behind a link: read it, and say something about the answers. Nobody has to sign in. */
export function SharedPage() {
  const { token } = useParams({ from: '/shared/$token' });
  useNoIndex();
  const shared = useQuery({ queryKey: ['shared', token], queryFn: () => getShared(token), staleTime: 0, retry: false });
  if (shared.isError && !shared.data) {
    const gone = shared.error instanceof ApiError && shared.error.status === 404;
    return (
      <div className={styles.gone}>
        <h1>{gone ? 'This link does not work any more' : 'The interview could not be loaded'}</h1>
        <p>{gone ? 'It was ended, it has expired, or a part of it is missing. Ask for a new one.' : sentenceOf(shared.error)}</p>
        {gone ? null : <Button onClick={() => void shared.refetch()}>Try again</Button>}
      </div>
    );
  }
  if (!shared.data) return <div className={styles.loading} role="status" aria-label="Loading the interview" />;
  return <Shown shared={shared.data} token={token} />;
}

/** Asks search engines to leave this page alone. */
function useNoIndex(): void {
  useEffect(() => {
    const meta = document.createElement('meta');
    meta.name = 'robots';
    meta.content = 'noindex, nofollow';
    document.head.append(meta);
    return () => meta.remove();
  }, []);
}

function Shown({ shared, token }: { shared: Shared; token: string }) {
  const [name, setName] = useState('');
  const { session, turns, comments } = shared;
  const catalog = useQuery({ queryKey: ['catalog'], queryFn: getCatalog, staleTime: 60_000 });
  const mode = catalog.data?.modes?.find(({ name: known }) => known === session.mode)?.title;
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <p className={styles.note}>
          {when(session.created_at)} · {plural(session.answers, 'answer')} · this link works until {when(shared.expires_at)}
        </p>
        <h1>{session.role ?? mode ?? `${words(session.mode)} interview`}</h1>
        <p>
          Somebody has practised this interview and asks what you think. Read the answers and comment on the places that you would
          keep or change. Only the person who sent the link, and others who have it, read what you write.
        </p>
        <div className={styles.name}>
          <TextField label="Your name" hint="It stands beside your comments." maxLength={LONGEST_NAME} value={name} onChange={(event) => setName(event.target.value)} autoComplete="name" />
        </div>
      </header>
      {turns.length === 0 ? <p>No answer has been given yet.</p> : null}
      {turns.map((turn) => (
        <Answer key={turn.turn_id} turn={turn} token={token} name={name} comments={comments.filter((comment) => comment.turn_id === turn.turn_id)} />
      ))}
    </div>
  );
}

interface AnswerProps {
  turn: SharedTurn;
  token: string;
  name: string;
  comments: ReviewComment[];
}

function Answer({ turn, token, name, comments }: AnswerProps) {
  const [writing, setWriting] = useState<Paragraph | 'all' | null>(null);
  const { question, answer } = turn;
  const at = (paragraph: Paragraph) => comments.filter((comment) => comment.char_start !== null && comment.char_start >= paragraph.char_start && comment.char_start < paragraph.char_end);
  const form = (about: Paragraph | 'all') =>
    writing === about ? <CommentForm token={token} name={name} turn={turn} about={about} onDone={() => setWriting(null)} /> : null;
  return (
    <article className={styles.answer} aria-label={`Question ${question.number}${turn.retake ? ', another take' : ''}`}>
      <header>
        <p className={styles.note}>
          Question {question.number} of {question.total}
          {turn.retake ? ' · another take' : ''}
          {answer.duration_s ? ` · ${clock(answer.duration_s)}` : ''}
        </p>
        <h2>{question.text}</h2>
      </header>
      <div className={styles.paragraphs}>
        {answer.paragraphs.map((paragraph) => (
          <div key={paragraph.char_start} className={styles.paragraph} data-writing={writing === paragraph || undefined}>
            <span className={styles.time}>{paragraph.at_s !== null ? clock(paragraph.at_s) : ''}</span>
            <div>
              <p>{slice(answer.text, paragraph.char_start, paragraph.char_end)}</p>
              <CommentList comments={at(paragraph)} />
              {form(paragraph)}
            </div>
            <Button look="quiet" icon={<MessageSquarePlus aria-hidden="true" />} aria-label={`Comment on: ${slice(answer.text, paragraph.char_start, paragraph.char_end).slice(0, 60)}`} aria-expanded={writing === paragraph} onClick={() => setWriting(writing === paragraph ? null : paragraph)}>
              <span className={styles.word}>Comment</span>
            </Button>
          </div>
        ))}
      </div>
      <div className={styles.whole}>
        <CommentList comments={comments.filter((comment) => comment.char_start === null)} />
        {form('all') ?? (
          <Button icon={<MessageSquarePlus aria-hidden="true" />} onClick={() => setWriting('all')}>
            Comment on the whole answer
          </Button>
        )}
      </div>
      {turn.feedback?.scored ? <Coach feedback={turn.feedback} /> : null}
    </article>
  );
}

function CommentList({ comments }: { comments: ReviewComment[] }) {
  if (comments.length === 0) return null;
  return (
    <ul className={styles.comments}>
      {comments.map((comment) => (
        <li key={comment.comment_id}>
          <CommentText comment={comment} />
        </li>
      ))}
    </ul>
  );
}

interface FormProps {
  token: string;
  name: string;
  turn: SharedTurn;
  about: Paragraph | 'all';
  onDone: () => void;
}

function CommentForm({ token, name, turn, about, onDone }: FormProps) {
  const id = useId();
  const queries = useQueryClient();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState('');
  const [missing, setMissing] = useState<string | null>(null);
  const leave = useMutation({
    mutationFn: (comment: NewComment) => leaveComment(token, comment),
    onSuccess: async () => {
      announce('Your comment was sent.');
      await queries.invalidateQueries({ queryKey: ['shared', token] });
      onDone();
    },
  });
  useEffect(() => field.current?.focus(), []);
  const send = () => {
    if (!name.trim()) return setMissing('Please write your name at the top of the page first.');
    if (!text.trim()) return setMissing('Please write something first.');
    setMissing(null);
    const place = about === 'all' ? {} : { char_start: about.char_start, char_end: about.char_end, ...(about.at_s === null ? {} : { at_s: about.at_s }) };
    leave.mutate({ turn_id: turn.turn_id, author_name: name.trim(), text: text.trim(), ...place });
  };
  const problem = missing ?? (leave.isError ? sentenceOf(leave.error) : null);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label htmlFor={id}>{about === 'all' ? 'What do you think of this answer?' : 'What do you think of this part?'}</label>
      <textarea id={id} ref={field} rows={3} maxLength={LONGEST_COMMENT} value={text} onChange={(event) => setText(event.target.value)} />
      {problem ? <p role="alert">{problem}</p> : null}
      <div>
        <Button type="submit" look="primary" busy={leave.isPending}>
          Send
        </Button>
        <Button look="quiet" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

/** What the coach said, folded away, so that a reviewer can think first. */
function Coach({ feedback }: { feedback: NonNullable<SharedTurn['feedback']> }) {
  const points = [...feedback.strengths, ...feedback.gaps];
  return (
    <details className={styles.coach}>
      <summary className={styles.opener}>What the AI coach said</summary>
      <div>
        <p className={styles.summary}>{feedback.summary}</p>
        {points.length > 0 ? (
          <ul>
            {points.map((point) => (
              <li key={point.text}>{point.text}</li>
            ))}
          </ul>
        ) : null}
        <p className={styles.note}>
          {Object.entries(feedback.scores)
            .map(([dimension, { score }]) => `${words(dimension)} ${figure(score)} of 5`)
            .join(' · ')}
        </p>
      </div>
    </details>
  );
}
