import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { getSession } from '../../api/calls';
import type { Citation, Reference, SessionInfo } from '../../api/types';
import { CitedLines } from '../feedback/CitedLine';
import { SelfCheck } from '../feedback/SelfCheck';
import { useTicks } from '../feedback/use-ticks';
import { EMPTY_ROOM, roomReducer, standingTurns, takeNumber } from '../practice/room-machine';
import type { TurnView } from '../practice/turn-machine';
import styles from './ReportPage.module.css';

interface Props {
  sessionId: string;
  onCite: (citation: Citation, all: Citation[]) => void;
}

/** Each answer beside what the question bank holds on its question, folded; nothing where it holds nothing. */
export function AnswerChecks({ sessionId, onCite }: Props) {
  const answers = useQuery({ queryKey: ['answers', sessionId], queryFn: () => getSession(sessionId).then(checkable), staleTime: 0 });
  if (!answers.data || answers.data.length === 0) return null;
  return (
    <section>
      <h2>Your answers, point by point</h2>
      <p className={styles.note}>What a strong answer to each question holds, and what people often get wrong. Tick the points you made.</p>
      <div>
        {answers.data.map((one) => (
          <AnswerCheck key={one.turn.turnId} sessionId={sessionId} {...one} onCite={onCite} />
        ))}
      </div>
    </section>
  );
}

interface Checkable {
  turn: TurnView;
  turnId: string;
  reference: Reference;
  take: number;
}

/** The answers that stand and can be held against something, in the order in which they were given. */
function checkable(session: SessionInfo): Checkable[] {
  const { turns } = roomReducer(EMPTY_ROOM, { type: 'loaded', session });
  return standingTurns(turns).flatMap((turn) => {
    const reference = turn.feedback?.reference;
    const shown = turn.turnId && turn.transcript && reference && !turn.erased && !turn.feedback?.concern;
    return shown ? [{ turn, turnId: turn.turnId as string, reference, take: takeNumber(turns, turn) }] : [];
  });
}

function AnswerCheck({ sessionId, turn, turnId, reference, take, onCite }: Checkable & Props) {
  const ticks = useTicks(sessionId, turnId, turn.selfCheck);
  const queries = useQueryClient();
  const { check, state } = ticks;
  const kept = state === 'kept' && check !== turn.selfCheck ? check : null;
  useEffect(() => {
    if (kept) void queries.invalidateQueries({ queryKey: ['report', sessionId] }); // its sums hold these ticks
  }, [kept, queries, sessionId]);
  const ticked = reference.points.filter(({ id }) => check?.ticked.includes(id)).length;
  return (
    <details className={styles.rewrite}>
      <summary className={styles.opener}>
        <h3 className={styles.asked}>
          {turn.question.text}
          <span>{[take > 1 ? `take ${take}` : '', `${ticked} of ${reference.points.length} ticked`].filter(Boolean).join(' · ')}</span>
        </h3>
      </summary>
      <div className={styles.answered}>
        <CitedLines question={turn.question} onOpen={(line) => onCite(line, [line])} />
        <figure className={styles.said}>
          <figcaption>Your answer</figcaption>
          <blockquote>{turn.transcript?.text}</blockquote>
        </figure>
        <SelfCheck reference={reference} ticks={ticks} onCite={(citation) => onCite(citation, reference.citations)} />
      </div>
    </details>
  );
}
