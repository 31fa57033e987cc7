import type { Drill } from '../../api/types';
import styles from './DrillList.module.css';

/** What to practise next, a few minutes each. */
export function DrillList({ drills }: { drills: Drill[] }) {
  return (
    <ol className={styles.list}>
      {drills.map((drill) => (
        <li key={drill.title}>
          <h3>{drill.title}</h3>
          <p>{drill.instruction}</p>
        </li>
      ))}
    </ol>
  );
}
