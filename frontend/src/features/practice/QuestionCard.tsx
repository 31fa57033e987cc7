import { Play, RotateCcw, Target, Timer, Volume2, VolumeX } from 'lucide-react';
import type { Catalog, Citation, Question } from '../../api/types';
import type { PlaybackState } from '../../audio/playback-queue';
import { words } from '../../text/format';
import { Button, IconButton } from '../../ui/Button';
import { Captioned } from '../../ui/Captioned';
import { CitationChips } from '../feedback/CitationChip';
import styles from './QuestionCard.module.css';

interface Props {
  question: Question | null;
  /** What of the next question has streamed, while it is being written. */
  coming: string | null;
  again: boolean;
  playback: PlaybackState;
  muted: boolean;
  spoken: boolean;
  /** Who may ask, and how each of them sounds. */
  panel?: Catalog['panel'];
  onReplay: () => void;
  onMute: () => void;
  onCite: (citation: Citation) => void;
}

const KINDS: Record<string, string> = { opening: 'Opening question', main: 'Question', follow_up: 'Follow-up', clarify: 'To clarify', closing: 'Last question' };

/** The question, large; it can be heard again, and silenced. */
export function QuestionCard({ question, coming, again, playback, muted, spoken, panel = [], onReplay, onMute, onCite }: Props) {
  const facts = question && coming === null ? [question.asked_by && asker(question.asked_by, panel, spoken && !muted), KINDS[question.kind], question.competency && words(question.competency)] : [];
  const sources = question?.citations.filter((citation) => citation.source === 'document') ?? [];
  return (
    <section className={styles.card} aria-label="Question">
      <p className={styles.facts}>
        {coming !== null ? 'Next question' : again ? 'The same question, once more' : facts.filter(Boolean).join(' · ') || 'Question'}
      </p>
      <h1 className={styles.text} data-long={(coming ?? question?.text ?? '').length > 150 || undefined} aria-live="off">
        <Captioned text={coming ?? question?.text ?? ''} caption={playback.caption} />
        {coming === '' ? <span className={styles.coming}>The coach is choosing the next question.</span> : null}
      </h1>
      {question && coming === null && question.time_limit_s ? (
        <p className={styles.limit}>
          <Timer aria-hidden="true" /> You have {question.time_limit_s} seconds.
        </p>
      ) : null}
      {question && coming === null && question.goal && !question.time_limit_s ? (
        <p className={styles.limit}>
          <Target aria-hidden="true" /> {question.goal}
        </p>
      ) : null}
      {question && coming === null && question.hints?.length ? (
        <details className={styles.hints} key={question.question_id}>
          <summary className={styles.opener}>Hints</summary>
          <ul>
            {question.hints.map((hint) => (
              <li key={hint}>{hint}</li>
            ))}
          </ul>
        </details>
      ) : null}
      <div className={styles.tools}>
        {playback.status === 'blocked' ? (
          <Button look="primary" icon={<Play aria-hidden="true" />} onClick={onReplay}>
            Play the question
          </Button>
        ) : null}
        {spoken && playback.canReplay && playback.status !== 'blocked' ? (
          <Button look="quiet" icon={<RotateCcw aria-hidden="true" />} onClick={onReplay}>
            Hear it again
          </Button>
        ) : null}
        {spoken ? (
          <IconButton label={muted ? 'Turn the voice on' : 'Turn the voice off'} aria-pressed={muted} onClick={onMute}>
            {muted ? <VolumeX aria-hidden="true" /> : <Volume2 aria-hidden="true" />}
          </IconButton>
        ) : null}
        {sources.length > 0 && coming === null ? (
          <p className={styles.because}>
            Asked because of <CitationChips ids={sources.map((s) => s.citation_id)} citations={sources} onOpen={onCite} />
          </p>
        ) : null}
      </div>
    </section>
  );
}

/** The interviewer's title, with how they sound where they can be heard. */
function asker(name: string, panel: NonNullable<Catalog['panel']>, heard: boolean): string {
  const member = panel.find((one) => one.name === name);
  const title = member?.title ?? words(name);
  return heard && member?.voice ? `${title} (${member.voice.sounds})` : title;
}
