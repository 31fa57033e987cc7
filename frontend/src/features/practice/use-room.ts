/** Everything that happens in the practice room, behind a few verbs. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useReducer, useState } from 'react';
import { dropRecording, moveSession } from '../../api/calls';
import { sentenceOf } from '../../api/client';
import type { Catalog, SessionInfo } from '../../api/types';
import { usePlayback } from './playback';
import { EMPTY_ROOM, questionToAnswer, roomReducer, runningTurn } from './room-machine';
import { type InputMode, type RecorderPhase, statusOf } from './status';
import type { HandsFreePhase } from './hands-free-parts';
import { useHandsFree } from './use-hands-free';
import { type Spoken, useRecorder } from './use-recorder';
import { useTurn } from './use-turn';
import { useAnnouncements } from './use-announcements';
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
  const { retryOf } = room;
  const running = runningTurn(room);
  const latest = room.turns.at(-1);

  const onRecorded = useCallback(
    (recording: Spoken) => {
      const refused = whyRefused(recording);
      setProblem(refused);
      if (refused === null) {
        if (recording.goesOn) dispatch({ type: 'taken-back' });
        const again = recording.goesOn ? roomReducer(room, { type: 'taken-back' }).retryOf : room.retryOf;
        turns.give({ kind: 'audio', blob: recording.blob, live: recording.live }, again, recording.partial);
      } else if (recording.live) void dropRecording(sessionId, recording.live.recordingId);
    },
    [turns, room, sessionId],
  );
  const recorder = useRecorder(sessionId, onRecorded, maxSeconds);

  // An answer can be given to a question that is there, also while the coach still speaks about the one before.
  const waitsForQuestion = running !== null && running.nextQuestion === null && running.retryOf === null;
  const hasQuestion = room.state === 'open' && questionToAnswer(room) !== null;
  const canAnswer = hasQuestion && !waitsForQuestion && recorder.phase !== 'closing';
  const handsFree = useHandsFree({
    sessionId,
    settings: catalog?.voice_activity,
    maxSeconds,
    open: input === 'hands-free' && room.state === 'open',
    listening: canAnswer && running === null && playback.status !== 'playing',
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
  useAnnouncements(latest, Boolean(session.voice) && !muted, session.feedback === 'end' || rateFirst);

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
    if (latest && isOver(latest)) rememberTurn({ timings: latest.timings, versions: latest.versions, phase: latest.phase });
  }, [latest]);

  const startTalking = useCallback(() => {
    setProblem(null);
    turns.hush(); // whoever talks is listened to
    void recorder.start();
  }, [recorder, turns]);

  const interrupt = useCallback(() => {
    if (recorder.phase === 'on' || recorder.phase === 'opening') recorder.discard();
    else if (listens === 'on') handsFree.it.discard();
    else turns.interrupt();
  }, [handsFree.it, listens, recorder, turns]);

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

  const setInput = useCallback((mode: InputMode) => {
    setInputNow(mode);
    // Typing is for now; the way of speaking is remembered.
    if (mode !== 'typed') setPreferences({ handsFree: mode === 'hands-free' });
  }, []);

  const send = useCallback((text: string) => turns.give({ kind: 'text', text }, retryOf), [turns, retryOf]);

  return {
    room,
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
    problem: recorder.problem?.message ?? problem,
    canInterrupt: (running !== null || playback.status === 'playing') && listens === 'off',
    startTalking,
    interrupt,
    move,
    retry,
    send,
    sendAgain: latest?.phase === 'failed' && turns.canSendAgain() ? () => turns.again(latest.retryOf) : undefined,
  };
}

export type RoomControls = ReturnType<typeof useRoom>;

/** Hands-free in the words of the recorder. */
const LISTENS: Record<HandsFreePhase, RecorderPhase> = { off: 'off', opening: 'opening', waiting: 'off', hearing: 'on', pausing: 'on', closing: 'closing' };

/** Why a recording cannot be an answer; null where it may be one. */
function whyRefused({ seconds, loudest }: Spoken): string | null {
  if (seconds < TOO_SHORT_S) return 'That was too short to be an answer. Hold the button while you talk, or tap once to start and once more to send.';
  if (loudest < SILENT) return 'Nothing could be heard. Check that the right microphone is on, or type your answer.';
  return null;
}
