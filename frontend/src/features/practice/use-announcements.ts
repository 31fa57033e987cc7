/** Tells a screen reader what a turn brings, in sentences. */
import { useEffect, useRef } from 'react';
import type { Question } from '../../api/types';
import { completeSentences, quoted } from '../../text/format';
import { announce } from '../../ui/announce';
import { citedLines, lineSource, lineSourceWithin, plainLine } from '../feedback/cited-lines';
import { isOver, type TurnView } from './turn-machine';

/**
 * While the coach's voice is on, feedback and question are heard; the screen reader then only says that they are there,
 * so that two voices do not talk over each other. Without the voice it reads them, sentence by sentence. Feedback that is
 * held for the report is not announced.
 */
export function useAnnouncements(turn: TurnView | undefined, voiceIsOn: boolean, held: boolean): void {
  const told = useRef({ key: '', transcript: false, feedback: 0, final: false, question: false, notices: 0, failed: false });

  useEffect(() => {
    if (!turn) return;
    const key = turn.turnId ?? '';
    if (told.current.key !== key) {
      // A turn that was over when the page opened is history, not news.
      const old = isOver(turn) && told.current.key === '';
      told.current = { key, transcript: old, feedback: 0, final: old, question: old, notices: old ? turn.notices.length : 0, failed: old };
    }
    const done = told.current;
    if (turn.transcript && !done.transcript) {
      done.transcript = true;
      announce(`You said: ${turn.transcript.text}`);
    }
    if (!voiceIsOn && !held && !done.final) {
      const rest = turn.feedbackText.slice(done.feedback);
      const { sentences, length } = completeSentences(rest);
      done.feedback += length;
      sentences.forEach(announce);
    }
    const concern = turn.feedback?.concern;
    if (turn.feedback && (!held || concern) && !done.final) {
      done.final = true;
      if (voiceIsOn) announce(concern ? '' : 'Feedback is ready.');
      else if (concern && held) announce(concern.say);
      else announce(turn.feedbackText.slice(done.feedback) || turn.feedback.summary);
    }
    if (turn.nextQuestion && !done.question) {
      done.question = true;
      announce(questionNews(turn.nextQuestion, voiceIsOn));
    }
    for (const notice of turn.notices.slice(done.notices)) announce(notice.message);
    done.notices = turn.notices.length;
    if (turn.error && !done.failed) done.failed = true; // shown as an alert, which is read by itself
  }, [turn, voiceIsOn, held]);
}

/** A voice that reads out the question leaves out the line beside it: a screen reader says that there is one, or reads it. */
function questionNews(question: Question, voiceIsOn: boolean): string {
  const lines = citedLines(question).beside;
  const [first] = lines;
  if (voiceIsOn) return `The next question is on the page.${first ? ` A line stands beside it: ${lineSourceWithin(first)}.` : ''}`;
  return [`Next question: ${question.text}`, ...lines.map((line) => `${lineSource(line)}: ${quoted(plainLine(line.quote))}`)].join(' ');
}

/** Says once, politely, that more came in about an answer, and about which. */
export function useRevisionNews(turns: readonly TurnView[], held: boolean): void {
  const told = useRef(new Map<string, number>());
  useEffect(() => {
    for (const { turnId, revisions, question } of turns) {
      if (turnId === null || revisions <= (told.current.get(turnId) ?? 0)) continue;
      told.current.set(turnId, revisions);
      if (!held) announce(`More notes came in on your answer to question ${question.number}.`);
    }
  }, [turns, held]);
}
