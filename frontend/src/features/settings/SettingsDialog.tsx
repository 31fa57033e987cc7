/** Preferences, a look behind the scenes, and the way to erase everything. */
import { useState } from 'react';
import { api, forgetToken, messageOf } from '../../api/client';
import type { Catalog } from '../../api/types';
import type { Preferences } from '../../app/preferences';
import { Dialog } from '../../ui/Dialog';
import { titled } from '../../ui/format';

interface Props { catalog: Catalog; preferences: Preferences; onPreferences: (p: Preferences) => void; onClose: () => void }

export function SettingsDialog({ catalog, preferences, onPreferences, onClose }: Props) {
  const [erased, setErased] = useState('');
  const set = (change: Partial<Preferences>) => onPreferences({ ...preferences, ...change });
  const erase = async () => {
    if (!window.confirm('Erase your documents, interviews and everything that was said? This cannot be undone.')) return;
    try {
      const { erased: counts } = await api.eraseMe();
      forgetToken();
      setErased(`Erased: ${Object.entries(counts).map(([what, n]) => `${n} ${what}`).join(', ')}.`);
    } catch (error) {
      setErased(messageOf(error));
    }
  };
  return (
    <Dialog title="Settings" onClose={onClose}>
      <div className="settings">
        <label>Appearance
          <select value={preferences.theme} onChange={(event) => set({ theme: event.target.value as Preferences['theme'] })}>
            <option value="system">As the system</option><option value="light">Light</option><option value="dark">Dark</option>
          </select>
        </label>
        <label>Volume of the coach
          <input type="range" min={0} max={1} step={0.05} value={preferences.volume} onChange={(event) => set({ volume: Number(event.target.value) })} />
        </label>
        <label className="check"><input type="checkbox" checked={preferences.hideScores} onChange={(event) => set({ hideScores: event.target.checked })} /> Hide scores (they are kept)</label>
        <h3>What is running</h3>
        <ul className="muted small">{Object.entries(catalog.providers).map(([part, name]) => <li key={part}>{titled(part)}: {name}</li>)}</ul>
        <h3>Your data</h3>
        <p className="muted small">Recordings are only held in memory while they are written down. Documents and transcripts stay on this machine until you erase them.</p>
        <button type="button" className="button danger" onClick={() => void erase()}>Erase everything</button>
        {erased && <p role="status">{erased}</p>}
      </div>
    </Dialog>
  );
}
