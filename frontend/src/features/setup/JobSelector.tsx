import { TextField } from '../../ui/Field';
import type { PlanDraft } from './plan';
import type { Role } from './role-groups';
import { RolePicker } from './RolePicker';
import styles from './SetupPage.module.css';

interface Props {
  plan: PlanDraft;
  packs: readonly Role[];
  onChange: (change: Partial<PlanDraft>) => void;
}

/** The job that is practised for: role, company, level, and the question bank of its trade. */
export function JobSelector({ plan, packs, onChange }: Props) {
  return (
    <div className={styles.fields}>
      <TextField label="Role" placeholder="Support engineer" value={plan.role} maxLength={200} onChange={(event) => onChange({ role: event.target.value })} />
      <TextField label="Company" placeholder="Halden Water" value={plan.company} maxLength={200} onChange={(event) => onChange({ company: event.target.value })} />
      <TextField label="Level" placeholder="Junior, senior, lead" value={plan.level} maxLength={200} onChange={(event) => onChange({ level: event.target.value })} />
      <RolePicker label="Question bank" value={plan.rolePack} roles={packs} automatic="Chosen by your job" onChange={(rolePack) => onChange({ rolePack })} />
    </div>
  );
}
