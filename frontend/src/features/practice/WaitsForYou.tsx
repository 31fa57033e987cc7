import { CirclePause, CircleStop, MessageCircleQuestion } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Question } from '../../api/types';
import { Captioned } from '../../ui/Captioned';
import { Message } from '../../ui/Message';
import styles from './WaitsForYou.module.css';

interface Props {
  /** What the coach said; "" where it is not known any more. */
  say: string;
  /** The choice as it is asked; null while it is on its way. */
  asked: Question | null;
  caption: string;
  paused: boolean;
  busy: boolean;
  problem: string | null;
  onStop: () => void;
  onBreak: () => void;
  onAnother: () => void;
}

/** Something matters more than the practice: it stays on the screen, and everything waits until the person chooses. */
export function WaitsForYou({ say, asked, caption, paused, busy, problem, onStop, onBreak, onAnother }: Props) {
  const [resting, setResting] = useState(false);
  const it = useRef<HTMLElement>(null);
  useEffect(() => {
    it.current?.scrollIntoView({ block: 'start' });
    it.current?.focus({ preventScroll: true });
  }, []);
  const rest = () => {
    setResting(true);
    if (!paused) onBreak();
  };
  const onABreak = resting && paused;
  return (
    <section ref={it} className={styles.waits} aria-label="Before anything else" tabIndex={-1}>
      {say ? (
        <h1 className={styles.say}>
          <Captioned text={say} caption={caption} />
        </h1>
      ) : null}
      <p className={styles.asked} role="status">
        {onABreak ? 'You are on a break. Nothing runs, and nothing is recorded. Come back whenever you like.' : (asked?.text ?? '')}
      </p>
      {problem ? (
        <Message tone="error" alert>
          {problem}
        </Message>
      ) : null}
      <ul className={styles.choices}>
        <Choice icon={<CircleStop aria-hidden="true" />} title="Stop here" about="Ends this interview." disabled={busy || !asked} onChoose={onStop} />
        {onABreak ? null : <Choice icon={<CirclePause aria-hidden="true" />} title="Take a break" about="It waits for you, as long as you like." disabled={busy || !asked} onChoose={rest} />}
        <Choice icon={<MessageCircleQuestion aria-hidden="true" />} title="Another question" about="A different one; this one is not asked again." disabled={busy || !asked} onChoose={onAnother} />
      </ul>
      <p className={styles.note}>Nothing of this is scored. It stays with you: no report, card, story or share holds any of it, and you can erase it.</p>
    </section>
  );
}

function Choice({ icon, title, about, disabled, onChoose }: { icon: ReactNode; title: string; about: string; disabled: boolean; onChoose: () => void }) {
  return (
    <li>
      <button type="button" disabled={disabled} onClick={onChoose}>
        {icon}
        <span>
          <strong>{title}</strong>
          <span>{about}</span>
        </span>
      </button>
    </li>
  );
}
