import { Play, RotateCcw, Target, Timer, Volume2, VolumeX } from 'lucide-react';
import type { Catalog, Citation, Question } from '../../api/types';
import type { PlaybackState } from '../../audio/playback-queue';
import { words } from '../../text/format';
import { Button, IconButton } from '../../ui/Button';
import { Captioned } from '../../ui/Captioned';
import { CitationChips } from '../feedback/CitationChip';
import { CitedLines } from '../feedback/CitedLine';
import { citedLines } from '../feedback/cited-lines';
import styles from './QuestionCard.module.css';
import { StudyHelp } from './StudyHelp';

interface Props {
  question: Question | null;
  /** What of the next question has streamed, while it is being written. */
  coming: string | null;
  again: boolean;
  /** The answer to it is gone on with. */
  goesOn?: boolean;
  playback: PlaybackState;
  muted: boolean;
  spoken: boolean;
  /** Who may ask, and how each of them sounds. */
  panel?: Catalog['panel'];
  /** The interview whose question is studied; absent where nothing is. */
  studied?: string;
  onReplay: () => void;
  onMute: () => void;
  onCite: (citation: Citation) => void;
}

const KINDS: Record<string, string> = { opening: 'Opening question', main: 'Question', follow_up: 'Follow-up', clarify: 'To clarify', closing: 'Last question' };

/** The question, large, with the line it is about; it can be heard again, and silenced. */
export function QuestionCard({ question, coming, again, goesOn = false, playback, muted, spoken, panel = [], studied, onReplay, onMute, onCite }: Props) {
  const facts = question && coming === null ? [question.asked_by && asker(question.asked_by, panel, spoken && !muted), KINDS[question.kind], question.competency && words(question.competency)] : [];
  const cited = question && coming === null ? citedLines(question) : null;
  return (
    <section className={styles.card} aria-label="Question">
      <p className={styles.facts}>
        {coming !== null ? 'Next question' : goesOn ? 'Go on where you stopped' : again ? 'The same question, once more' : facts.filter(Boolean).join(' · ') || 'Question'}
      </p>
      <h1 className={styles.text} data-long={(coming ?? question?.text ?? '').length > 150 || undefined} aria-live="off">
        <Captioned text={coming ?? question?.text ?? ''} caption={playback.caption} />
        {coming === '' ? <span className={styles.coming}>The coach is choosing the next question.</span> : null}
      </h1>
      {question && cited ? <CitedLines question={question} large={cited.pointing} onOpen={onCite} /> : null}
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
      {question && coming === null && studied ? (
        <StudyHelp key={question.question_id} sessionId={studied} questionId={question.question_id} hints={question.hints ?? []} />
      ) : null}
      {question && coming === null && !studied && question.hints?.length ? (
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
        {cited && cited.within.length > 0 ? (
          <p className={styles.because}>
            Quoted from <CitationChips ids={cited.within.map((line) => line.citation_id)} citations={cited.within} onOpen={onCite} />
          </p>
        ) : null}
        {cited && cited.banks.length > 0 ? <p className={styles.because}>from the question bank: {cited.banks.join(', ')}</p> : null}
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
