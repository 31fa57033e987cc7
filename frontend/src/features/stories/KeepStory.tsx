import { useMutation, useQueryClient } from '@tanstack/react-query';
import { BookmarkCheck, BookmarkPlus } from 'lucide-react';
import { useState } from 'react';
import { keepStory } from '../../api/calls';
import { sentenceOf } from '../../api/client';
import type { Story, StoryDraft } from '../../api/types';
import { words } from '../../text/format';
import { announce } from '../../ui/announce';
import { Button } from '../../ui/Button';
import { Message } from '../../ui/Message';
import { StoryForm } from './StoryForm';

interface Props {
  sessionId: string;
  turnId: string;
  answer: string;
  competency?: string | null;
  rewrite?: string;
}

/** Makes a story from an answer: the candidate's own words, which they polish first. */
export function KeepStory(props: Props) {
  const [open, setOpen] = useState(false);
  const [kept, setKept] = useState<Story | null>(null);
  return (
    <>
      <Button look="quiet" icon={kept ? <BookmarkCheck aria-hidden="true" /> : <BookmarkPlus aria-hidden="true" />} onClick={() => setOpen(true)}>
        {kept ? 'Kept as a story' : 'Keep as a story'}
      </Button>
      {kept?.concern ? <Message>{kept.concern.say}</Message> : null}
      {open ? (
        <Keeping
          {...props}
          onKept={(story) => {
            setKept(story);
            setOpen(false);
          }}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </>
  );
}

function Keeping({ sessionId, turnId, answer, competency, rewrite, onKept, onClose }: Props & { onKept: (story: Story) => void; onClose: () => void }) {
  const queries = useQueryClient();
  const keep = useMutation({
    mutationFn: (draft: StoryDraft) => keepStory(draft),
    onSuccess: async (story) => {
      announce(story.concern?.say ?? 'Kept in your stories.');
      onKept(story);
      await Promise.all(['stories', 'coverage', 'card'].map((name) => queries.invalidateQueries({ queryKey: [name] })));
    },
  });
  const tag = competency ? words(competency) : '';
  return (
    <StoryForm
      title="Keep as a story"
      description="Polish it until you would tell it this way. Nothing is added to your words."
      draft={{ title: '', text: answer, competencies: tag ? [tag] : [], source_session_id: sessionId, source_turn_id: turnId }}
      rearranged={rewrite}
      busy={keep.isPending}
      problem={keep.isError ? sentenceOf(keep.error) : null}
      onSave={(draft) => keep.mutate(draft)}
      onClose={onClose}
    />
  );
}
