import { Segmented } from '../../ui/Field';
import { here } from '../../ui/here';
import { type Preferences, setPreferences, usePreferences } from './preferences';

/** In which tone the coach writes, and whether a language model may. */
export function CoachChoices() {
  const { author, tone } = usePreferences();
  return (
    <>
      <Segmented
        label="Tone"
        value={tone}
        onChange={(next) => setPreferences({ tone: next as Preferences['tone'] })}
        options={[
          { value: 'plain', title: 'Plain', description: 'Says what works and what is missing. From your next interview on.' },
          { value: 'gentle', title: 'Gentle', description: 'The same points, put kindly. From your next interview on.' },
          { value: 'blunt', title: 'Blunt', description: 'The same points, short and without cushioning. From your next interview on.' },
        ]}
      />
      <Segmented
        label="Who writes it"
        value={author}
        onChange={(next) => setPreferences({ author: next as Preferences['author'] })}
        options={[
          { value: 'auto', title: 'A language model', description: 'Where one is connected; otherwise rules. From your next interview on.' },
          { value: 'rules', title: 'Rules only', description: `Measured on ${here()}: no language model reads your documents or answers. From your next interview on.` },
        ]}
      />
    </>
  );
}
