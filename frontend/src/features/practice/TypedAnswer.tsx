import { Mic, SendHorizontal } from 'lucide-react';
import { Button } from '../../ui/Button';
import { useTouch } from '../../ui/use-touch';
import styles from './VoiceRecorder.module.css';

interface Props {
  text: string;
  enabled: boolean;
  maxCharacters: number;
  onChange: (text: string) => void;
  onSend: () => void;
  onSpeak: () => void;
}

/** An answer in writing: the same coaching, less pace and pauses. */
export function TypedAnswer({ text, enabled, maxCharacters, onChange, onSend, onSpeak }: Props) {
  const touch = useTouch();
  const can = enabled && text.trim().length > 0;
  return (
    <form
      className={styles.typed}
      onSubmit={(event) => {
        event.preventDefault();
        if (can) onSend();
      }}
    >
      <textarea
        aria-label="Your answer"
        placeholder="Write as you would say it"
        rows={6}
        maxLength={maxCharacters}
        value={text}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && can) {
            event.preventDefault();
            onSend();
          }
        }}
      />
      <div className={styles.typedActions}>
        <Button type="submit" look="primary" disabled={!can} icon={<SendHorizontal aria-hidden="true" />}>
          Send answer
        </Button>
        <Button look="quiet" onClick={onSpeak} icon={<Mic aria-hidden="true" />}>
          Speak instead
        </Button>
        {touch ? null : <p>Ctrl + Enter sends</p>}
      </div>
    </form>
  );
}
