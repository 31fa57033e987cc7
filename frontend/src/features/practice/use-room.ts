/** Everything that happens in the practice room, behind a few verbs. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useReducer, useState } from 'react';
import { dropRecording, eraseAnswer, getSession, moveSession, objectTo } from '../../api/calls';
import { sentenceOf } from '../../api/client';
import type { About } from '../../api/event-stream';
import type { Catalog, SessionInfo } from '../../api/types';
import { forgetTake } from '../../audio/takes';
import { tickBox } from '../feedback/ticks';
import type { AnswerControls } from './answer-controls';
import { usePlayback } from './playback';
import { EMPTY_ROOM, questionToAnswer, type Room, roomReducer, runningTurn, standingTurns, whatWaits } from './room-machine';
import { type InputMode, type RecorderPhase, statusOf } from './status';
import type { HandsFreePhase } from './hands-free-parts';
import { useHandsFree } from './use-hands-free';
import { type Spoken, useRecorder } from './use-recorder';
import { useTurn } from './use-turn';
import { useAnnouncements, useRevisionNews } from './use-announcements';
import { useSessionEvents } from './use-session-events';
import { isOver, type TurnView } from './turn-machine';
import { useTouch } from '../../ui/use-touch';
import { setPreferences, usePreferences } from '../settings/preferences';
import { rememberTurn } from '../settings/last-turn';

const TOO_SHORT_S = 0.5;
const SILENT = 0.02;

export function useRoom(session: SessionInfo, catalog: Catalog | undefined, maxSeconds: number) {
  const sessionId = session.session_id;
  const [room, dispatch] = useReducer(roomReducer, EMPTY_ROOM, () => roomReducer(EMPTY_ROOM, { type: 'loaded', session }));
  const [problem, setProblem] = useState<string | null>(null);
  const { muted, rateFirst, handsFree: usuallyHandsFree } = usePreferences();
  const [input, setInputNow] = useState<InputMode>(usuallyHandsFree ? 'hands-free' : 'push');
  const [moving, setMoving] = useState(false);
  const { queue, playback } = usePlayback(session.voice_speed);
  const turns = useTurn(sessionId, dispatch, queue);
  const queries = useQueryClient();
  const { retryOf, continues } = room;
  const running = runningTurn(room);
  const standing = standingTurns(room.turns);
  const latest = standing.at(-1);

  const onRecorded = useCallback(
    (recording: Spoken) => {
      const refused = whyRefused(recording);
      setProblem(refused);
      if (refused === null) {
        if (recording.goesOn) dispatch({ type: 'taken-back' });
        const about = aboutOf(recording.goesOn ? roomReducer(room, { type: 'taken-back' }) : room);
        turns.give({ kind: 'audio', blob: recording.blob, live: recording.live }, about, recording.partial);
      } else if (recording.live) void dropRecording(sessionId, recording.live.recordingId);
    },
    [turns, room, sessionId],
  );
  const recorder = useRecorder(sessionId, onRecorded, maxSeconds, retryOf);

  const waits = whatWaits(room);
  const [wentOn, setWentOn] = useState<string | null>(null);
  // After a kind word in doubt the microphone does not open by itself either.
  const doubt = waits === null && Boolean(latest?.feedback?.concern) && latest?.turnId !== wentOn;

  // An answer can be given to a question that is there, also while the coach still speaks about the one before.
  const waitsForQuestion = running !== null && running.nextQuestion === null && running.retryOf === null && running.corrects === null && running.turnId !== continues;
  // After the end an answer that was given can be taken again.
  const open = room.state === 'open' || (room.state === 'finished' && retryOf !== null);
  const hasQuestion = open && questionToAnswer(room) !== null;
  // A new answer would stop a correction that runs.
  const canAnswer = hasQuestion && waits === null && !waitsForQuestion && !running?.corrects && recorder.phase !== 'closing';
  const handsFree = useHandsFree({
    sessionId,
    settings: catalog?.voice_activity,
    maxSeconds,
    open: input === 'hands-free' && open && waits === null && !doubt,
    listening: canAnswer && (running === null || running.turnId === continues) && playback.status !== 'playing',
    coachSpeaks: playback.status === 'playing',
    onAnswer: onRecorded,
    onHold: () => queue.hold(),
    onResume: () => queue.release(),
    onInterrupt: turns.interrupt,
    onContinue: turns.interrupt,
  });
  const touch = useTouch();
  const listens = input === 'hands-free' ? LISTENS[handsFree.phase] : recorder.phase;
  const status = statusOf({ room, recorder: listens, playback: playback.status, input, touch });
  const held = session.feedback === 'end' || rateFirst;
  useAnnouncements(latest, Boolean(session.voice) && !muted, held);
  useRevisionNews(room.turns, held);
  useSessionEvents(sessionId, room.state, dispatch);

  // The opening question is spoken, and a turn that was running when the page was loaded is followed.
  const { follow } = turns;
  useEffect(() => {
    queue.reset();
    if (session.audio && session.state === 'ready') queue.add(`session:${session.question?.question_id ?? ''}`, session.audio);
    const last = session.turns?.at(-1);
    if (last?.outcome === 'running') follow(last.turn_id);
    return () => queue.reset();
  }, [queue, session, follow]);

  useEffect(() => {
    if (latest && isOver(latest)) rememberTurn(latest, room.turns);
  }, [latest, room.turns]);

  const startTalking = useCallback(() => {
    setProblem(null);
    turns.hush(); // whoever talks is listened to
    void recorder.start();
  }, [recorder, turns]);

  const interrupt = useCallback(() => {
    if (recorder.phase === 'on' || recorder.phase === 'opening') recorder.discard();
    else if (listens === 'on') handsFree.it.discard();
    else if (waits) turns.hush(); // what waits for a choice is not stopped, only silenced
    else turns.interrupt();
  }, [handsFree.it, listens, recorder, turns, waits]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      if (event.target instanceof Element && event.target.closest('[role="dialog"], [role="alertdialog"]')) return;
      interrupt();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [interrupt]);

  const move = useCallback(
    async (to: 'paused' | 'ready' | 'finished'): Promise<boolean> => {
      recorder.discard();
      handsFree.it.discard();
      queue.stop();
      setProblem(null);
      setMoving(true);
      try {
        const moved = await moveSession(sessionId, to);
        dispatch({ type: 'moved', session: moved });
        if (to === 'finished') await queries.invalidateQueries({ queryKey: ['sessions'] });
        return true;
      } catch (error) {
        setProblem(sentenceOf(error));
        return false;
      } finally {
        setMoving(false);
      }
    },
    [handsFree.it, queries, queue, recorder, sessionId],
  );

  const retry = useCallback(
    (turn: TurnView | null) => {
      if (turn) interrupt();
      dispatch({ type: 'retry', turnId: turn?.turnId ?? null });
    },
    [interrupt],
  );

  /** The answer was not finished: what comes now goes on with it. */
  const goOn = useCallback(
    (turn: TurnView | null) => {
      if (turn) turns.hush();
      else recorder.discard();
      dispatch({ type: 'go-on', turnId: turn?.turnId ?? null });
      if (turn && input === 'push') startTalking();
    },
    [input, recorder, startTalking, turns],
  );

  /** After a choice to have another question. Any words do; these stand nowhere. */
  const another = useCallback(async () => {
    if (room.state === 'paused' && !(await move('ready'))) return;
    turns.give({ kind: 'text', text: 'Another question, please.' }, { questionId: room.question?.question_id });
  }, [move, room.question, room.state, turns]);

  // A turn that was cut short after something weighty may have left a choice that this page was not told of.
  const untold = room.state !== 'finished' && waits === null && latest !== undefined && isOver(latest) && latest.phase !== 'completed' && Boolean(latest.feedback?.concern);
  useEffect(() => {
    if (untold) getSession(sessionId).then((now) => dispatch({ type: 'moved', session: now }), () => undefined);
  }, [untold, sessionId]);

  const setInput = useCallback((mode: InputMode) => {
    setInputNow(mode);
    // Typing is for now; the way of speaking is remembered.
    if (mode !== 'typed') setPreferences({ handsFree: mode === 'hands-free' });
  }, []);

  const send = useCallback((text: string) => turns.give({ kind: 'text', text }, aboutOf({ retryOf, continues })), [turns, retryOf, continues]);

  const answers: AnswerControls = {
    correct:
      (room.state === 'open' || room.state === 'finished') && running === null && listens === 'off'
        ? (turn, text) => turns.give({ kind: 'text', text }, { corrects: turn.turnId })
        : null,
    erase: async (turnId) => {
      await eraseAnswer(sessionId, turnId);
      forgetTake(turnId);
      tickBox().forget(turnId);
      dispatch({ type: 'erased', turnId, session: await getSession(sessionId).catch(() => null) });
    },
    object: async (turnId, { point, text }, why) => {
      await objectTo(sessionId, turnId, point, why);
      dispatch({ type: 'objected', turnId, objection: { point, text, why } });
    },
  };

  return {
    room,
    open,
    standing,
    answers,
    status,
    playback,
    queue,
    recorder,
    handsFree,
    input,
    setInput,
    latest,
    running,
    canAnswer,
    moving,
    waitsForQuestion,
    waits,
    doubt,
    stopDoubting: () => setWentOn(latest?.turnId ?? null),
    another,
    problem: recorder.problem?.message ?? problem,
    canInterrupt: (running !== null || playback.status === 'playing') && listens === 'off',
    startTalking,
    interrupt,
    move,
    retry,
    goOn,
    mayGoOn: room.state === 'open' && listens === 'off' && retryOf === null && continues === null && waits === null && !running?.corrects,
    send,
    sendAgain: latest?.phase === 'failed' && turns.canSendAgain() ? () => turns.again(latest.corrects ? { corrects: latest.corrects } : aboutOf(latest)) : undefined,
  };
}

export type RoomControls = ReturnType<typeof useRoom>;

/** Hands-free in the words of the recorder. */
const LISTENS: Record<HandsFreePhase, RecorderPhase> = { off: 'off', opening: 'opening', waiting: 'off', hearing: 'on', pausing: 'on', closing: 'closing' };

/** What goes on with an answer is no other take of it, even where that was one. */
const aboutOf = ({ retryOf, continues }: Pick<Room, 'retryOf' | 'continues'>): About => (continues ? { continues } : { retryOf });

/** Why a recording cannot be an answer; null where it may be one. */
function whyRefused({ seconds, loudest }: Spoken): string | null {
  if (seconds < TOO_SHORT_S) return 'That was too short to be an answer. Hold the button while you talk, or tap once to start and once more to send.';
  if (loudest < SILENT) return 'Nothing could be heard. Check that the right microphone is on, or type your answer.';
  return null;
}
