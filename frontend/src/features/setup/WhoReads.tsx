import { RadioGroup } from 'radix-ui';
import { type ReactNode, useId } from 'react';
import type { Author } from '../../api/types';
import { SwitchField } from '../../ui/Field';
import { here } from '../../ui/here';
import { setPreferences, usePreferences } from '../settings/preferences';
import { hostElsewhere } from './consent';
import styles from './WhoReads.module.css';

/** Where documents and answers will go, said before the first of them is given. */
export function WhoReads({ author }: { author: Author | null | undefined }) {
  const preferences = usePreferences();
  if (!author) return null;
  const host = hostElsewhere(author);
  if (host !== null) return <Choice author={author} host={host} />;
  if (!author.model) return <p className={styles.line}>Nothing you give leaves {here()}: no language model is connected.</p>;
  return (
    <p className={styles.line}>
      {preferences.author === 'rules'
        ? `Nothing you give leaves ${here()}, and no language model reads it. You can change that in the settings.`
        : `Nothing you give leaves ${here()}: ${author.model} runs here and writes the feedback${author.checked === false ? ' once it has passed its first check' : ''}.`}
    </p>
  );
}

function Choice({ author, host }: { author: Author; host: string }) {
  const id = useId();
  const { author: wanted, readsAtOnce } = usePreferences();
  return (
    <section className={styles.choice} aria-labelledby={id}>
      <h3 id={id}>Who reads your documents and answers?</h3>
      <RadioGroup.Root
        className={styles.options}
        aria-labelledby={id}
        value={wanted}
        onValueChange={(next) => setPreferences({ author: next === 'rules' ? 'rules' : 'auto' })}
      >
        <Option
          value="auto"
          title={`${author.model || 'A language model'} at ${host}`}
          about={
            <>
              Your documents and answers are sent to <strong>{host}</strong>, without e-mail addresses, telephone numbers, addresses and links. It writes the
              questions and the feedback.{author.checked === false ? ' It has not passed its first check yet; until then, feedback is measured by rules.' : ''}
            </>
          }
        />
        <Option value="rules" title={`Keep everything on ${here()}`} about="Nothing is sent elsewhere. Questions come from a question bank, and feedback is measured by rules." />
      </RadioGroup.Root>
      {wanted === 'auto' ? (
        <SwitchField
          label="Let it read documents as soon as I add them"
          hint="The questions are then ready sooner. Otherwise it reads them when you start the interview."
          checked={readsAtOnce === host}
          onChange={(on) => setPreferences({ readsAtOnce: on ? host : '' })}
        />
      ) : null}
    </section>
  );
}

function Option({ value, title, about }: { value: string; title: string; about: ReactNode }) {
  const id = useId();
  return (
    <RadioGroup.Item value={value} className={styles.option} aria-labelledby={`${id}-title`} aria-describedby={`${id}-about`}>
      <span className={styles.dot} aria-hidden="true" />
      <span className={styles.title} id={`${id}-title`}>
        {title}
      </span>
      <span className={styles.about} id={`${id}-about`}>
        {about}
      </span>
    </RadioGroup.Item>
  );
}
