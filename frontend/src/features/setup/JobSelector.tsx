/** Which job: its name, the company, and the role guide the questions come from. */
import type { Catalog } from '../../api/types';

interface Props {
  role: string; company: string; pack: string | null; packs: Catalog['role_packs'];
  onRole: (v: string) => void; onCompany: (v: string) => void; onPack: (v: string | null) => void;
}

export function JobSelector({ role, company, pack, packs, onRole, onCompany, onPack }: Props) {
  return (
    <div className="fields">
      <label>Job title<input value={role} maxLength={120} placeholder="e.g. Staff nurse" onChange={(event) => onRole(event.target.value)} /></label>
      <label>Company<input value={company} maxLength={120} placeholder="optional" onChange={(event) => onCompany(event.target.value)} /></label>
      <label>Role guide
        <select value={pack ?? ''} onChange={(event) => onPack(event.target.value || null)}>
          <option value="">Choose it for me</option>
          {packs.map((p) => <option key={p.name} value={p.name}>{p.title}</option>)}
        </select>
      </label>
    </div>
  );
}
