/** The three screens, and what they share. */
import { Settings } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { api, messageOf } from '../api/client';
import type { Catalog, Session } from '../api/types';
import { PracticeRoom } from '../features/practice/PracticeRoom';
import { ReportPage } from '../features/report/ReportPage';
import { SettingsDialog } from '../features/settings/SettingsDialog';
import { SetupPage } from '../features/setup/SetupPage';
import { load, save, type Preferences } from './preferences';

type Screen = { name: 'setup' } | { name: 'practice' | 'report'; id: string };

function fromHash(): Screen {
  const [, name, id] = window.location.hash.split('/');
  return (name === 'practice' || name === 'report') && id ? { name, id } : { name: 'setup' };
}

const go = (screen: Screen) => { window.location.hash = screen.name === 'setup' ? '#/' : `#/${screen.name}/${screen.id}`; };

export function App() {
  const [screen, setScreen] = useState(fromHash);
  const [catalog, setCatalog] = useState<Catalog | null>(null);
  const [session, setSession] = useState<Session | null>(null);
  const [preferences, setPreferences] = useState<Preferences>(load);
  const [settings, setSettings] = useState(false);
  const [problem, setProblem] = useState('');

  useEffect(() => {
    const onHash = () => { setScreen(fromHash()); setProblem(''); window.scrollTo(0, 0); };
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }, []);
  useEffect(() => { api.catalog().then(setCatalog).catch((e: unknown) => setProblem(messageOf(e))); }, []);
  useEffect(() => {
    save(preferences);
    document.documentElement.dataset.theme = preferences.theme;
  }, [preferences]);

  const wanted = screen.name === 'practice' ? screen.id : null;
  useEffect(() => {
    if (!wanted || session?.session_id === wanted) return;
    api.session(wanted).then(setSession).catch((e: unknown) => setProblem(messageOf(e)));
  }, [wanted, session]);

  const onStarted = useCallback((made: Session) => {
    setSession(made);
    go({ name: 'practice', id: made.session_id });
  }, []);

  return (
    <>
      <a className="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById('main')?.focus(); }}>Skip to the content</a>
      <header className="top">
        <a className="brand" href="#/"><img src="/favicon.svg" alt="" width={28} height={28} /> Interview Helper</a>
        <button type="button" className="icon-button" onClick={() => setSettings(true)}><Settings size={20} aria-hidden="true" /><span className="visually-hidden">Settings</span></button>
      </header>
      <main id="main" tabIndex={-1}>
        {problem && <p className="problem" role="alert">{problem}</p>}
        {!catalog ? (
          !problem && <p className="muted" role="status">Getting ready ...</p>
        ) : screen.name === 'setup' ? (
          <SetupPage catalog={catalog} onStarted={onStarted} onOpen={(id, name) => { setSession(null); go({ name, id }); }} />
        ) : screen.name === 'report' ? (
          <ReportPage key={screen.id} sessionId={screen.id} catalog={catalog} hideScores={preferences.hideScores} onNew={() => go({ name: 'setup' })} />
        ) : session?.session_id === screen.id ? (
          <PracticeRoom key={screen.id} session={session} catalog={catalog} preferences={preferences} onPreferences={setPreferences} onReport={() => go({ name: 'report', id: screen.id })} />
        ) : (
          !problem && <p className="muted" role="status">Opening the interview ...</p>
        )}
      </main>
      {settings && catalog && <SettingsDialog catalog={catalog} preferences={preferences} onPreferences={setPreferences} onClose={() => setSettings(false)} />}
    </>
  );
}
