import { useEffect } from 'react';
import { quoted } from '../../text/format';
import { announce } from '../../ui/announce';
import type { Status } from './status';
import styles from './StatusLine.module.css';

interface Props {
  status: Status;
  /** What the coach is saying right now, for those who cannot hear it. */
  caption: string;
}

/** Whose turn it is, always. */
export function StatusLine({ status, caption }: Props) {
  useEffect(() => announce(`${status.title}.`), [status.title]);
  return (
    <div className={styles.line} data-tone={status.tone}>
      <span className={styles.light} aria-hidden="true" />
      <p>
        <strong>{status.title}</strong>
        <span>{status.tone === 'coach' && caption ? quoted(caption.trim()) : status.hint}</span>
      </p>
    </div>
  );
}
