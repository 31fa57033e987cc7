import type { Concern } from '../../api/types';
import { Captioned } from '../../ui/Captioned';
import styles from './ConcernNote.module.css';

/** Something matters more than a score: it is said, and nothing else is. */
export function ConcernNote({ concern, caption }: { concern: Concern; caption: string }) {
  return (
    <div className={styles.concern}>
      <p className={styles.say}>
        <Captioned text={concern.say} caption={caption} />
      </p>
      <p className={styles.note}>Nothing here is scored. It stays with you: no report, card, story or share holds any of it.</p>
    </div>
  );
}
