import { Eraser, Mic, Pencil } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { sentenceOf } from '../../api/client';
import type { Transcript } from '../../api/types';
import { announce } from '../../ui/announce';
import { Button } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { Message } from '../../ui/Message';
import type { AnswerControls } from './answer-controls';
import styles from './AnswerText.module.css';
import { TranscriptView } from './TranscriptView';
import { isOver, type TurnView } from './turn-machine';

interface Props {
  turn: TurnView;
  transcript: Transcript;
  quotes: readonly { char_start: number; char_end: number }[];
  answers?: AnswerControls;
  /** Goes on with it; absent where that cannot be. */
  onGoOn?: () => void;
}

/** What was heard; and where it was misheard, or should be gone, the way to change that. */
export function AnswerText({ turn, transcript, quotes, answers, onGoOn }: Props) {
  const [correcting, setCorrecting] = useState(false);
  const [asking, setAsking] = useState(false);
  const [erasing, setErasing] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const { turnId } = turn;
  const controls = turnId && isOver(turn) ? answers : undefined;

  if (correcting && answers) {
    return (
      <Correction
        text={transcript.text}
        spoken={turn.spoken}
        onSend={answers.correct && ((text) => answers.correct?.(turn, text))}
        onCancel={() => {
          setCorrecting(false);
          setTimeout(() => opener.current?.focus()); // it is on the page again only then
        }}
      />
    );
  }

  const erase = async () => {
    if (!turnId || !answers) return;
    setErasing(true);
    setProblem(null);
    try {
      await answers.erase(turnId);
      announce('The answer was erased.');
    } catch (error) {
      setProblem(sentenceOf(error));
    } finally {
      setErasing(false);
      setAsking(false);
    }
  };

  return (
    <>
      <TranscriptView text={transcript.text} delivery={turn.delivery} quotes={quotes} />
      {onGoOn || controls ? (
        <div className={styles.acts}>
          {onGoOn ? (
            <button type="button" className={styles.first} onClick={onGoOn}>
              <Mic aria-hidden="true" /> I was not finished
            </button>
          ) : null}
          {controls?.correct ? (
            <button ref={opener} type="button" onClick={() => setCorrecting(true)}>
              <Pencil aria-hidden="true" /> {turn.spoken ? 'Correct what was heard' : 'Correct what I wrote'}
            </button>
          ) : null}
          {controls ? (
            <button type="button" onClick={() => setAsking(true)}>
              <Eraser aria-hidden="true" /> Erase this answer
            </button>
          ) : null}
        </div>
      ) : null}
      {problem ? (
        <Message tone="error" alert>
          {problem}
        </Message>
      ) : null}
      <Confirm open={asking} title="Erase this answer?" confirm="Erase answer" danger busy={erasing} onCancel={() => setAsking(false)} onConfirm={() => void erase()}>
        What you said goes, and so do its feedback, its scores, and any story made from it. The report follows. This cannot be undone.
      </Confirm>
    </>
  );
}

function Correction({ text, spoken, onSend, onCancel }: { text: string; spoken: boolean; onSend: ((text: string) => void) | null; onCancel: () => void }) {
  const [now, setNow] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(text.length, text.length);
  }, [text]);
  const can = onSend !== null && now.trim().length > 0 && now.trim() !== text.trim();
  return (
    // Escape leaves the form; everything in it is reached by Tab.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      className={styles.correction}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (can) onSend?.(now.trim());
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onCancel();
      }}
    >
      <textarea ref={field} aria-label={spoken ? 'What you said' : 'What you wrote'} rows={Math.min(14, 2 + Math.ceil(text.length / 60))} value={now} onChange={(event) => setNow(event.target.value)} />
      <p className={styles.hint}>{spoken ? 'Put right what was misheard.' : 'Put right what you mistyped.'} The corrected answer is judged again, in place of this one.</p>
      <div className={styles.buttons}>
        <Button type="submit" look="primary" disabled={!can}>
          Send the correction
        </Button>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
