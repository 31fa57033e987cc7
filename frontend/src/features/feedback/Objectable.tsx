import { Check } from 'lucide-react';
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { sentenceOf } from '../../api/client';
import { announce } from '../../ui/announce';
import { Button } from '../../ui/Button';
import styles from './Objectable.module.css';

export interface ObjectionControls {
  noted: boolean;
  open: boolean;
  onOpen: () => void;
  onClose: () => void;
  /** Keeps the objection; throws what the server refuses. */
  onSend: (why: string) => Promise<void>;
}

interface Props {
  /** The point in its own words, for whoever cannot see what stands beside the button. */
  text: string;
  children?: ReactNode;
  /** Absent where nothing can be objected to. */
  controls: ObjectionControls | null;
}

/** A point with a quiet way to say that it is wrong, and, if one likes, why. */
export function Objectable({ text, children, controls }: Props) {
  const noted = useRef<HTMLSpanElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const justSent = useRef(false);
  useEffect(() => {
    if (!controls?.noted || !justSent.current) return;
    justSent.current = false;
    noted.current?.focus();
  }, [controls?.noted]);
  if (!controls) return <div className={styles.line}>{children}</div>;
  return (
    <div>
      <div className={styles.line}>
        {children}{' '}
        {controls.noted ? (
          <span ref={noted} tabIndex={-1} className={styles.noted}>
            <Check aria-hidden="true" /> Noted<span className="visually-hidden">: you called this point wrong</span>
          </span>
        ) : (
          <button ref={trigger} type="button" className={styles.trigger} aria-expanded={controls.open} aria-label={`This point is wrong: ${text}`} onClick={controls.open ? controls.onClose : controls.onOpen}>
            This point is wrong
          </button>
        )}
      </div>
      {controls.open && !controls.noted ? (
        <Why
          onSend={async (why) => {
            justSent.current = true;
            await controls.onSend(why).catch((error: unknown) => {
              justSent.current = false;
              throw error;
            });
          }}
          onCancel={() => {
            controls.onClose();
            trigger.current?.focus();
          }}
        />
      ) : null}
    </div>
  );
}

function Why({ onSend, onCancel }: { onSend: (why: string) => Promise<void>; onCancel: () => void }) {
  const id = useId();
  const [why, setWhy] = useState('');
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setSending(true);
    setProblem(null);
    try {
      await onSend(why.trim());
      announce('Noted.');
    } catch (error) {
      setProblem(sentenceOf(error));
      setSending(false);
    }
  };
  return (
    // Escape leaves the form, as it leaves a dialog; everything in it is reached by Tab.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      className={styles.why}
      onSubmit={(event) => void send(event)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onCancel();
      }}
    >
      <label htmlFor={id}>What is wrong with it? (optional)</label>
      {/* The person has just asked for this field. */}
      <input id={id} ref={focusOnce} type="text" autoComplete="off" maxLength={500} value={why} onChange={(event) => setWhy(event.target.value)} />
      <div className={styles.acts}>
        <Button type="submit" busy={sending}>
          Send
        </Button>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
      {problem ? <p role="alert">{problem}</p> : null}
    </form>
  );
}

const focusOnce = (field: HTMLInputElement | null) => field?.focus();
