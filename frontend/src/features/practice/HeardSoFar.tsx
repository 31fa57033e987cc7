import type { PartialText } from '../../api/live-recording';
import { slice } from '../../text/code-points';
import styles from './VoiceRecorder.module.css';

/** The text while it grows: what may still change is paler. The newest words stay in view. */
export function HeardSoFar({ partial }: { partial: PartialText }) {
  const sure = slice(partial.text, 0, partial.stableChars);
  return (
    <div className={styles.partial}>
      <p>
        {sure.trim() ? <span>{sure.trimEnd()}</span> : null}{' '}
        <span className={styles.unsure}>{partial.text.slice(sure.length).trim()}</span>
      </p>
    </div>
  );
}
