/** The question, large; spoken, and to be heard again. */
import { Volume2, VolumeX } from 'lucide-react';
import type { Question } from '../../api/types';
import { SourceList } from './SourceList';

interface Props {
  question: Question | null;
  streaming: string;
  muted: boolean;
  canReplay: boolean;
  onMute: () => void;
  onReplay: () => void;
}

export function QuestionCard({ question, streaming, muted, canReplay, onMute, onReplay }: Props) {
  const text = streaming || question?.text || '';
  return (
    <section className="question" aria-label="Question">
      <div className="question-meta">
        {question && <span>Question {question.number} of {question.total}</span>}
        {question?.kind === 'follow_up' && <span className="tag">Follow-up</span>}
        {question?.competency && <span className="tag">{question.competency}</span>}
      </div>
      <h1>{text || 'One moment ...'}</h1>
      <div className="question-tools">
        {canReplay && <button type="button" className="button quiet" onClick={onReplay}><Volume2 size={16} aria-hidden="true" /> Hear it again</button>}
        <button type="button" className="button quiet" aria-pressed={muted} onClick={onMute}>
          {muted ? <VolumeX size={16} aria-hidden="true" /> : <Volume2 size={16} aria-hidden="true" />} {muted ? 'Voice is off' : 'Voice is on'}
        </button>
        {question && <SourceList ids={question.citations.map((c) => c.citation_id)} citations={question.citations} />}
      </div>
    </section>
  );
}
