import { Segmented } from '../../ui/Field';
import { type Preferences, setPreferences, usePreferences } from './preferences';

/** How much the coach says aloud, and how fast. */
export function VoiceChoices() {
  const { voiceAmount, voiceSpeed } = usePreferences();
  return (
    <>
      <Segmented
        label="How much is said aloud"
        value={voiceAmount}
        onChange={(next) => setPreferences({ voiceAmount: next as Preferences['voiceAmount'] })}
        options={[
          { value: 'question', title: 'The question', description: 'Only the next question. Everything else is there to read. From your next interview on.' },
          { value: 'short', title: 'Short', description: 'A sentence or two about your answer, then the question. From your next interview on.' },
          { value: 'full', title: 'Full', description: 'What was strong and what is missing in full sentences, then the question. From your next interview on.' },
        ]}
      />
      <Segmented
        label="Speaking speed"
        value={String(voiceSpeed)}
        onChange={(next) => setPreferences({ voiceSpeed: Number(next) })}
        options={[
          { value: '0.8', title: 'Slower' },
          { value: '1', title: 'Normal' },
          { value: '1.15', title: 'Faster' },
        ]}
      />
    </>
  );
}
