import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import { deleteDocument, getCatalog, listDocuments } from '../../api/calls';
import { sentenceOf } from '../../api/client';
import type { DocumentInfo } from '../../api/types';
import { words } from '../../text/format';
import { announce } from '../../ui/announce';
import { IconButton } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { Segmented, SwitchField } from '../../ui/Field';
import { Message } from '../../ui/Message';
import { CoachChoices } from './CoachChoices';
import { Diagnostics } from './Diagnostics';
import { LanguageModel } from './LanguageModel';
import { MicrophoneCheck } from './MicrophoneCheck';
import { FIGURES, type FigureName, type Preferences, setPreferences, usePreferences } from './preferences';
import styles from './SettingsPage.module.css';
import { VoiceChoices } from './VoiceChoices';
import { YourData } from './YourData';

export function SettingsPage() {
  const { theme, volume, muted } = usePreferences();
  const volumeId = useId();
  return (
    <div className={styles.page}>
      <h1>Settings</h1>
      <section className={styles.group} aria-labelledby="looks">
        <h2 id="looks">Looks and sound</h2>
        <Segmented
          label="Theme"
          value={theme}
          onChange={(next) => setPreferences({ theme: next as Preferences['theme'] })}
          options={[
            { value: 'system', title: 'As the system' },
            { value: 'light', title: 'Light' },
            { value: 'dark', title: 'Dark' },
          ]}
        />
        <SwitchField label="The coach speaks" hint="Off: the voice is silent, the text stays." checked={!muted} onChange={(on) => setPreferences({ muted: !on })} />
        <div className={styles.volume}>
          <label htmlFor={volumeId}>Volume</label>
          <input
            id={volumeId}
            type="range"
            min={0}
            max={100}
            step={5}
            disabled={muted}
            value={Math.round(volume * 100)}
            aria-valuetext={`${Math.round(volume * 100)} percent`}
            onChange={(event) => setPreferences({ volume: Number(event.target.value) / 100 })}
          />
        </div>
        <VoiceChoices />
      </section>
      <Practice />
      <LanguageModel />
      <MicrophoneCheck />
      <Documents />
      <YourData />
      <About />
    </div>
  );
}

const FIGURE_NAMES: Record<FigureName, [string, string]> = {
  talking: ['Talking time', 'How long you spoke.'],
  words: ['Words', 'How many words it took.'],
  pace: ['Pace', 'Words a minute while you talk.'],
  fillers: ['Fillers', 'Um, you know, sort of.'],
  pauses: ['Long pauses', 'Pauses of more than two and a half seconds.'],
  i_we: ['“I” and “we”', 'How often you said each. Counted, and scored nowhere.'],
};

/** What feedback looks like. */
function Practice() {
  const { hideScores, rateFirst, hiddenFigures } = usePreferences();
  const show = (name: FigureName, on: boolean) =>
    setPreferences({ hiddenFigures: on ? hiddenFigures.filter((hidden) => hidden !== name) : [...hiddenFigures, name] });
  return (
    <section className={styles.group} aria-labelledby="practice">
      <h2 id="practice">Feedback</h2>
      <SwitchField
        label="Calm practice"
        hint="No scores and no figures on any page, only words. They are still kept, and come back when you switch this off."
        checked={hideScores}
        onChange={(on) => setPreferences({ hideScores: on })}
      />
      <SwitchField
        label="Rate myself first"
        hint="Feedback waits until you have said how it went, or skipped that. Your rating is kept beside the scores."
        checked={rateFirst}
        onChange={(on) => setPreferences({ rateFirst: on })}
      />
      <CoachChoices />
      <fieldset className={styles.figures}>
        <legend>What is shown of how you said it</legend>
        {FIGURES.map((name) => (
          <SwitchField
            key={name}
            label={FIGURE_NAMES[name][0]}
            hint={FIGURE_NAMES[name][1]}
            checked={!hiddenFigures.includes(name)}
            onChange={(on) => show(name, on)}
          />
        ))}
      </fieldset>
    </section>
  );
}

function Documents() {
  const queries = useQueryClient();
  const documents = useQuery({ queryKey: ['documents'], queryFn: listDocuments });
  const [erasing, setErasing] = useState<DocumentInfo | null>(null);
  const erase = useMutation({
    mutationFn: (document: DocumentInfo) => deleteDocument(document.document_id),
    onSuccess: () => announce('The document was deleted.'),
    onSettled: async () => {
      setErasing(null);
      await queries.invalidateQueries({ queryKey: ['documents'] });
    },
  });
  if (!documents.data?.length) return null;
  return (
    <section className={styles.group} aria-labelledby="documents">
      <h2 id="documents">Your documents</h2>
      {erase.isError ? (
        <Message tone="error" alert>
          {sentenceOf(erase.error)}
        </Message>
      ) : null}
      <ul className={styles.documents}>
        {documents.data.map((document) => (
          <li key={document.document_id}>
            <div>
              <p>{document.title || 'Pasted text'}</p>
              <p className={styles.hint}>
                {words(document.kind)}
                {document.status === 'ready' ? '' : ` · ${document.status}`}
              </p>
            </div>
            <IconButton label={`Delete ${document.title || 'pasted text'}`} onClick={() => setErasing(document)}>
              <Trash2 aria-hidden="true" />
            </IconButton>
          </li>
        ))}
      </ul>
      <Confirm
        open={erasing !== null}
        title="Delete this document?"
        confirm="Delete document"
        danger
        busy={erase.isPending}
        onCancel={() => setErasing(null)}
        onConfirm={() => erasing && erase.mutate(erasing)}
      >
        Its text is erased, and with it what past interviews quoted from it. This cannot be undone.
      </Confirm>
    </section>
  );
}

function About() {
  const catalog = useQuery({ queryKey: ['catalog'], queryFn: getCatalog, staleTime: 60_000 });
  const parts = Object.entries(catalog.data?.providers ?? {});
  return (
    <section className={styles.group} aria-labelledby="about">
      <h2 id="about">About the coach</h2>
      <p>
        {catalog.data?.disclosure ?? 'The coach is an AI and its voice is synthetic. Practice feedback, not a hiring prediction.'} Your
        recordings are held in memory only while they are turned into text, and never stored.
      </p>
      <details>
        <summary className={styles.opener}>Technical details</summary>
        <div className={styles.technical}>
          {parts.length > 0 ? (
            <dl className={styles.parts}>
              {parts.map(([name, version]) => (
                <div key={name}>
                  <dt>{NAMES[name] ?? words(name)}</dt>
                  <dd>{version}</dd>
                </div>
              ))}
            </dl>
          ) : null}
          <Diagnostics />
        </div>
      </details>
    </section>
  );
}

const NAMES: Record<string, string> = { asr: 'Listening', tts: 'Voice', model: 'Language model', llm: 'Language model', embedder: 'Search', prompt: 'Prompts' };
