/** What kind of interview. */
import type { Catalog } from '../../api/types';

export function ModePicker({ modes, value, onChange }: { modes: Catalog['modes']; value: string; onChange: (mode: string) => void }) {
  return (
    <fieldset className="modes">
      <legend>What do you want to practise?</legend>
      {modes.map((mode) => (
        <label key={mode.name} className={`mode ${mode.name === value ? 'mode-on' : ''}`}>
          <input type="radio" name="mode" value={mode.name} checked={mode.name === value} onChange={() => onChange(mode.name)} />
          <span><strong>{mode.title}</strong><span className="muted small">{mode.description}</span></span>
        </label>
      ))}
    </fieldset>
  );
}
