import { useEffect, useRef } from 'react';
import styles from './TurnBlock.module.css';

/** In place of an answer that its candidate had erased; `justNow` brings the keyboard here, where the answer was. */
export function ErasedAnswer({ justNow }: { justNow: boolean }) {
  const note = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (justNow) note.current?.focus();
  }, [justNow]);
  return (
    <p ref={note} tabIndex={-1} className={styles.erased}>
      You erased this answer. Nothing of it is kept.
    </p>
  );
}
