import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { changeStory, deleteStory, getCatalog, keepStory, listStories } from '../../api/calls';
import { sentenceOf } from '../../api/client';
import type { Story, StoryDraft } from '../../api/types';
import { plural } from '../../text/format';
import { announce } from '../../ui/announce';
import { Button, buttonClass } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { Message } from '../../ui/Message';
import { PageProblem } from '../../ui/PageProblem';
import { CoverageView } from './CoverageView';
import styles from './Stories.module.css';
import { StoryCard } from './StoryCard';
import { StoryForm } from './StoryForm';

/** A story that is being written: a new one, or one of those kept. */
interface Writing {
  draft: StoryDraft;
  id: string | null;
}

const EMPTY: StoryDraft = { title: '', text: '', competencies: [] };

/** The candidate's own stories, what they are good for, and what is still without one. */
export function StoriesPage() {
  const queries = useQueryClient();
  const stories = useQuery({ queryKey: ['stories'], queryFn: listStories });
  const catalog = useQuery({ queryKey: ['catalog'], queryFn: getCatalog, staleTime: 60_000 });
  const [writing, setWriting] = useState<Writing | null>(null);
  const [erasing, setErasing] = useState<Story | null>(null);
  const [pack, setPack] = useState('');
  const changed = () => Promise.all(['stories', 'coverage', 'card'].map((name) => queries.invalidateQueries({ queryKey: [name] })));
  const save = useMutation({
    mutationFn: ({ draft, id }: Writing) =>
      id ? changeStory(id, { title: draft.title, text: draft.text, competencies: draft.competencies }) : keepStory(draft),
    onSuccess: async (story) => {
      setWriting(null);
      announce(story.concern?.say ?? 'The story was kept.');
      await changed();
    },
  });
  const erase = useMutation({
    mutationFn: (story: Story) => deleteStory(story.story_id),
    onSuccess: () => announce('The story was deleted.'),
    onSettled: async () => {
      setErasing(null);
      await changed();
    },
  });
  const write = (draft: StoryDraft = EMPTY, id: string | null = null) => {
    save.reset();
    setWriting({ draft, id });
  };

  if (stories.isError) {
    return (
      <PageProblem
        title="Your stories could not be loaded" actions={<Button onClick={() => void stories.refetch()}>Try again</Button>}>
        {sentenceOf(stories.error)}
      </PageProblem>
    );
  }
  if (!stories.data) return <div className={styles.loading} role="status" aria-label="Loading your stories" />;
  const kept = stories.data.stories;
  const suggested = catalog.data?.role_packs?.find(({ name }) => name === pack)?.competencies?.map(({ title }) => title) ?? [];
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <div>
          <h1>Your stories</h1>
          <p>
            {kept.length === 0
              ? 'A handful of good stories answers most interview questions. Keep yours here, in your own words.'
              : `${plural(kept.length, 'story', 'stories')}, in your own words.`}
          </p>
        </div>
        <div className={styles.acts}>
          <Button look="primary" icon={<Plus aria-hidden="true" />} onClick={() => write()}>
            Write a story
          </Button>
        </div>
      </header>
      {save.data?.concern ? <Message>{save.data.concern.say}</Message> : null}
      {erase.isError ? (
        <Message tone="error" alert>
          {sentenceOf(erase.error)}
        </Message>
      ) : null}
      <div className={styles.columns}>
        <section aria-label="Stories" className={styles.kept}>
          {kept.length === 0 ? (
            <div className={styles.none}>
              <p>The easiest way to the first one: give an answer out loud, and press “Keep as a story” below the coach’s feedback.</p>
              <Link to="/" className={buttonClass()}>
                Set up an interview
              </Link>
            </div>
          ) : (
            kept.map((story) => (
              <StoryCard
                key={story.story_id}
                story={story}
                onEdit={() => write({ title: story.title, text: story.text, competencies: story.competencies }, story.story_id)}
                onDelete={() => setErasing(story)}
              />
            ))
          )}
        </section>
        <CoverageView
          packs={catalog.data?.role_packs ?? []}
          onPack={setPack}
          onWrite={(gap) => write({ ...EMPTY, competencies: gap.kind === 'competency' ? [gap.name] : [] })}
        />
      </div>
      {writing ? (
        <StoryForm
          key={writing.id ?? 'new'}
          title={writing.id ? 'Change this story' : 'Write a story'}
          description="As you would tell it: what was going on, what was yours to do, what you did, what came of it."
          draft={writing.draft}
          suggested={suggested}
          busy={save.isPending}
          problem={save.isError ? sentenceOf(save.error) : null}
          onSave={(draft) => save.mutate({ ...writing, draft })}
          onClose={() => setWriting(null)}
        />
      ) : null}
      <Confirm
        open={erasing !== null}
        title="Delete this story?"
        confirm="Delete story"
        danger
        busy={erase.isPending}
        onCancel={() => setErasing(null)}
        onConfirm={() => erasing && erase.mutate(erasing)}
      >
        {erasing ? `“${erasing.title}” is erased from the server. ` : ''}This cannot be undone.
      </Confirm>
    </div>
  );
}
