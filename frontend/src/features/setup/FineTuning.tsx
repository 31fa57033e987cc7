import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Catalog } from '../../api/types';
import { Segmented, SelectField } from '../../ui/Field';
import { minutesOf, type PlanDraft } from './plan';
import styles from './SetupPage.module.css';

/** What most people leave as it is, folded; its summary says what is chosen. */
export function FineTuning({ summary, children }: { summary: string; children: ReactNode }) {
  return (
    <details className={styles.tuning}>
      <summary>
        <span>
          <strong>Role, difficulty and length</strong>
          <span>{summary}</span>
        </span>
        <ChevronDown aria-hidden="true" />
      </summary>
      <div className={styles.tuningBody}>{children}</div>
    </details>
  );
}

interface ChoicesProps {
  plan: PlanDraft;
  catalog: Catalog;
  onChange: (change: Partial<PlanDraft>) => void;
}

FineTuning.Choices = function Choices({ plan, catalog, onChange }: ChoicesProps) {
  const { min = 1, max = 20 } = catalog.limits?.question_count ?? {};
  const counts = [...new Set([1, 3, 5, 8, 10, 15, 20, plan.questions])].filter((n) => n >= min && n <= max).sort((a, b) => a - b);
  const usual = minutesOf({ ...plan, minutes: null }, catalog);
  const options = (choices: Catalog['difficulties']) =>
    choices.map(({ name, title, description }) => ({ value: name, title, description }));
  return (
    <>
      <Segmented label="Difficulty" value={plan.difficulty} onChange={(difficulty) => onChange({ difficulty })} options={options(catalog.difficulties)} />
      <Segmented
        label="Number of questions"
        value={String(plan.questions)}
        onChange={(count) => onChange({ questions: Number(count) })}
        options={counts.map((n) => ({ value: String(n), title: String(n) }))}
      />
      {catalog.practices && catalog.practices.length > 1 ? (
        <Segmented label="Style" value={plan.practice} onChange={(practice) => onChange({ practice })} options={options(catalog.practices)} />
      ) : null}
      {plan.practice === 'drill' && catalog.drills ? (
        <Segmented
          label="Drill"
          value={plan.drill}
          onChange={(drill) => onChange({ drill: drill as PlanDraft['drill'] })}
          options={options(catalog.drills)}
        />
      ) : null}
      <Segmented
        label="Feedback"
        value={plan.feedback}
        onChange={(feedback) => onChange({ feedback: feedback === 'end' ? 'end' : 'each' })}
        options={[
          { value: 'each', title: 'After each answer', description: 'What was strong, what is missing, and what to try.' },
          { value: 'end', title: 'At the end', description: 'As in a real one: question after question, then the report.' },
        ]}
      />
      <div className={styles.fields}>
        <SelectField label="Time" value={plan.minutes === null ? '' : String(plan.minutes)} onChange={(time) => onChange({ minutes: time === '' ? null : Number(time) })}>
          <option value="">{usual > 0 ? `Usual: ${usual} minutes` : 'Usual: no limit'}</option>
          {[10, 15, 20, 30, 45, 60].map((n) => (
            <option key={n} value={n}>
              {n} minutes
            </option>
          ))}
          {usual > 0 ? <option value={0}>No limit</option> : null}
        </SelectField>
        {plan.mode === 'language' ? null : <LanguageField plan={plan} catalog={catalog} onChange={onChange} />}
        {catalog.panel && catalog.panel.length > 0 ? (
          <SelectField label="Interviewers" value={plan.panel.length > 0 ? 'panel' : 'one'} onChange={(who) => onChange({ panel: who === 'panel' ? (catalog.panel ?? []).slice(0, 3).map((p) => p.name) : [] })}>
            <option value="one">One interviewer</option>
            <option value="panel">Panel: {catalog.panel.slice(0, 3).map((p) => p.title.toLowerCase()).join(', ')}</option>
          </SelectField>
        ) : null}
      </div>
    </>
  );
};

/** The language of the interview; beside the kind of interview where that is a language. */
export function LanguageField({ plan, catalog, onChange }: ChoicesProps) {
  if (catalog.languages.length < 2) return null;
  return (
    <SelectField label={plan.mode === 'language' ? 'Which language?' : 'Language'} value={plan.language} onChange={(language) => onChange({ language })}>
      {catalog.languages.map((language) => (
        <option key={language.code} value={language.code}>
          {language.native_name}
          {language.spoken ? '' : ' (replies in writing)'}
        </option>
      ))}
    </SelectField>
  );
}
