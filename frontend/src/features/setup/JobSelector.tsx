import type { Choice } from '../../api/types';
import { SelectField, TextField } from '../../ui/Field';
import type { PlanDraft } from './plan';
import styles from './SetupPage.module.css';

interface Props {
  plan: PlanDraft;
  packs: Choice[];
  onChange: (change: Partial<PlanDraft>) => void;
}

/** The job that is practised for: role, company, level, and the question bank of its trade. */
export function JobSelector({ plan, packs, onChange }: Props) {
  return (
    <div className={styles.fields}>
      <TextField label="Role" placeholder="Support engineer" value={plan.role} maxLength={200} onChange={(event) => onChange({ role: event.target.value })} />
      <TextField label="Company" placeholder="Halden Water" value={plan.company} maxLength={200} onChange={(event) => onChange({ company: event.target.value })} />
      <TextField label="Level" placeholder="Junior, senior, lead" value={plan.level} maxLength={200} onChange={(event) => onChange({ level: event.target.value })} />
      <SelectField label="Question bank" value={plan.rolePack} onChange={(rolePack) => onChange({ rolePack })}>
        <option value="">Chosen by your job</option>
        {packs.map((pack) => (
          <option key={pack.name} value={pack.name}>
            {pack.title}
          </option>
        ))}
      </SelectField>
    </div>
  );
}
