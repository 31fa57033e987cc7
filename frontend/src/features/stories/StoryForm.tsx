import { type FormEvent, type ReactNode, useState } from 'react';
import type { StoryDraft } from '../../api/types';
import { clock, plural, words } from '../../text/format';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Segmented, TextArea, TextField } from '../../ui/Field';
import { Message } from '../../ui/Message';
import styles from './Stories.module.css';
import { measure, tagsOf } from './story-text';

const LONGEST = { title: 120, text: 6000, tag: 60, tags: 8 };

interface Props {
  title: string;
  description?: ReactNode;
  draft: StoryDraft;
  /** Another wording to begin with, such as the coach's rearrangement. */
  rearranged?: string;
  /** Tags that can be added with one click. */
  suggested?: string[];
  busy: boolean;
  problem: string | null;
  onSave: (draft: StoryDraft) => void;
  onClose: () => void;
}

/** Writing a story: its words, its name, and what it shows. */
export function StoryForm({ title, description, draft, rearranged, suggested = [], busy, problem, onSave, onClose }: Props) {
  const [name, setName] = useState(draft.title);
  const [wording, setWording] = useState('own');
  const [text, setText] = useState(draft.text);
  const [tags, setTags] = useState(draft.competencies.map(words).join(', '));
  const { words: count, seconds, open } = measure(text);
  const chosen = tagsOf(tags);
  const has = (tag: string) => chosen.some((other) => other.toLowerCase() === tag.toLowerCase());
  const tooMany = chosen.length > LONGEST.tags || chosen.some((tag) => tag.length > LONGEST.tag);
  const can = name.trim() !== '' && text.trim() !== '' && !tooMany;

  const choose = (next: string) => {
    setWording(next);
    setText(next === 'rearranged' ? (rearranged ?? '') : draft.text);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (can) onSave({ ...draft, title: name.trim(), text: text.trim(), competencies: chosen });
  };

  return (
    <Dialog open onClose={onClose} title={title} description={description}>
      <form className={styles.form} onSubmit={submit}>
        {problem ? (
          <Message tone="error" alert>
            {problem}
          </Message>
        ) : null}
        <TextField label="Name" placeholder="The stock report" maxLength={LONGEST.title} required value={name} onChange={(event) => setName(event.target.value)} />
        {rearranged ? (
          <Segmented
            label="Begin with"
            value={wording}
            onChange={choose}
            options={[
              { value: 'own', title: 'What you said' },
              { value: 'rearranged', title: 'The same, rearranged', description: 'Your own sentences in the order of a story. Choosing again starts anew.' },
            ]}
          />
        ) : null}
        <TextArea
          label="Story"
          required
          maxLength={LONGEST.text}
          value={text}
          onChange={(event) => setText(event.target.value)}
          hint={
            <>
              {plural(count, 'word')}, about {clock(seconds)} to tell.
              {open > 0 ? ` ${plural(open, 'place is', 'places are')} marked [add: …] for you to fill.` : ''}
            </>
          }
        />
        <TextField
          label="What it shows"
          placeholder="Ownership, Reliability"
          hint={tooMany ? `At most ${LONGEST.tags} tags of ${LONGEST.tag} characters.` : 'Tags, with commas between them.'}
          value={tags}
          onChange={(event) => setTags(event.target.value)}
        />
        {suggested.length > 0 ? (
          <div className={styles.suggested} role="group" aria-label="Tags to choose from">
            {suggested.map((tag) => (
              <button
                key={tag}
                type="button"
                aria-pressed={has(tag)}
                onClick={() => setTags((has(tag) ? chosen.filter((other) => other.toLowerCase() !== tag.toLowerCase()) : [...chosen, tag]).join(', '))}
              >
                {tag}
              </button>
            ))}
          </div>
        ) : null}
        <div className={styles.formActions}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={busy} disabled={!can}>
            Keep this story
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
