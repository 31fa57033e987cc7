/** Small exercises. */
import type { Drill } from '../../api/types';

export function DrillList({ drills }: { drills: Drill[] }) {
  return (
    <ul className="drills">
      {drills.map((drill) => <li key={drill.title}><strong>{drill.title}</strong><p>{drill.instruction}</p></li>)}
    </ul>
  );
}
