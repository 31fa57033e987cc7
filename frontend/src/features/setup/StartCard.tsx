import { ArrowRight, Check, Circle } from 'lucide-react';
import type { Catalog } from '../../api/types';
import { Button } from '../../ui/Button';
import { SwitchField } from '../../ui/Field';
import { Message } from '../../ui/Message';
import { plural } from '../../text/format';
import { minutesOf, type PlanDraft } from './plan';
import type { Starting } from './SetupPage';
import styles from './StartCard.module.css';
import type { DocumentSlot } from './use-document';

interface Props {
  plan: PlanDraft;
  catalog: Catalog;
  slots: DocumentSlot[];
  start: Starting;
  onVoice: (voice: boolean) => void;
}

/** The interview in a few lines, and the button that starts it. */
export function StartCard({ plan, catalog, slots, start, onVoice }: Props) {
  const mode = catalog.modes.find((m) => m.name === plan.mode);
  const language = catalog.languages.find(({ code }) => code === plan.language)?.native_name;
  const minutes = minutesOf(plan, catalog);
  const label = start.waiting && slots.some((slot) => slot.busy) ? 'Reading your documents' : start.busy ? 'Starting' : 'Start interview';
  return (
    <section className={styles.card} aria-labelledby="your-interview">
      <h2 id="your-interview">Your interview</h2>
      <p className={styles.summary}>
        {mode?.title ?? plan.mode}
        {plan.role.trim() ? ` for ${plan.role.trim()}` : ''}
        {plan.company.trim() ? ` at ${plan.company.trim()}` : ''}
        {plan.mode === 'language' && language ? `: ${language}` : ''}
      </p>
      <p className={styles.length}>
        {plural(plan.questions, 'question')}, {minutes > 0 ? `${plural(minutes, 'minute')} at most` : 'no time limit'}
      </p>
      <ul className={styles.list}>
        {slots.map((slot) => (
          <li key={slot.kind} data-done={Boolean(slot.document) || undefined}>
            {slot.document ? <Check aria-hidden="true" /> : <Circle aria-hidden="true" />}
            {slot.kind === 'resume' ? 'Resume' : 'Job description'}
            <span>{slot.busy ? 'being read' : slot.document ? 'ready' : 'not added'}</span>
          </li>
        ))}
      </ul>
      <SwitchField label="The coach speaks" hint="Everything said is also written." checked={plan.voice} onChange={onVoice} />
      <div className={styles.go}>
        <Button look="primary" size="l" busy={start.busy} onClick={start.begin}>
          {label}
          {start.busy ? null : <ArrowRight aria-hidden="true" />}
        </Button>
      </div>
      {start.problem ? (
        <Message tone="error" alert>
          {start.problem}
        </Message>
      ) : null}
    </section>
  );
}
