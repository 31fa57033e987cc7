/** The practice room: a question, your answer, the coach. */
import { Flag, Pause, Play, RotateCcw, Send, Square } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { api, messageOf } from '../../api/client';
import type { Catalog, Citation, Clip, Question, Session, StoredTurn } from '../../api/types';
import { Playback, type PlaybackState } from '../../audio/playback';
import type { Preferences } from '../../app/preferences';
import { FeedbackPanel } from '../feedback/FeedbackPanel';
import { ChatWindow } from './ChatWindow';
import { QuestionCard } from './QuestionCard';
import { StarMeter } from './StarMeter';
import { TranscriptView } from './TranscriptView';
import { statusOf } from './turn-machine';
import { useTurn } from './use-turn';
import { VoiceRecorder } from './VoiceRecorder';

interface Props { session: Session; catalog: Catalog; preferences: Preferences; onPreferences: (p: Preferences) => void; onReport: () => void }

const SILENT: PlaybackState = { speaking: false, caption: '', blocked: false };

export function PracticeRoom({ session, catalog, preferences, onPreferences, onReport }: Props) {
  const id = session.session_id;
  const [question, setQuestion] = useState<Question | null>(session.question);
  const [paused, setPaused] = useState(session.state === 'paused');
  const [earlier, setEarlier] = useState<StoredTurn[]>(session.turns ?? []);
  const [sound, setSound] = useState(SILENT);
  const [typing, setTyping] = useState(false);
  const [text, setText] = useState('');
  const [retryOf, setRetryOf] = useState<string | null>(null);
  const [quoted, setQuoted] = useState<Citation | null>(null);
  const [problem, setProblem] = useState('');
  const [clips, setClips] = useState<Clip[]>(session.audio ? [session.audio] : []);
  const playback = useRef<Playback | null>(null);
  playback.current ??= new Playback(setSound);
  playback.current.volume = preferences.volume;
  playback.current.muted = preferences.muted;

  const onClip = useCallback((clip: Clip) => {
    if (clip.role === 'question') setClips((known) => [...known, clip]);
    playback.current?.add(clip);
  }, []);
  const { turn, answer, interrupt, listen, reset } = useTurn(id, onClip);
  const busy = ['sending', 'transcribing', 'thinking'].includes(turn.phase);

  useEffect(() => {
    const player = playback.current;
    if (session.audio && session.state !== 'paused') player?.add(session.audio);
    return () => player?.stop();
  }, [session]);

  useEffect(() => {
    if (turn.phase === 'done' && turn.next) setQuestion(turn.next);
  }, [turn.phase, turn.next]);

  const silence = useCallback(() => {
    playback.current?.stop();
    interrupt();
  }, [interrupt]);

  useEffect(() => {
    const escape = (event: KeyboardEvent) => {
      if (event.code === 'Escape' && !document.querySelector('dialog[open]')) silence();
    };
    window.addEventListener('keydown', escape);
    return () => window.removeEventListener('keydown', escape);
  }, [silence]);

  const remember = useCallback(() => {
    void api.session(id).then((s) => setEarlier(s.turns ?? [])).catch(() => undefined);
  }, [id]);

  const begin = useCallback(() => {
    silence();
    if (turn.phase === 'done') remember();
    setQuoted(null);
    setClips([]);
    listen();
  }, [silence, listen, remember, turn.phase]);

  const send = useCallback(
    (given: { kind: 'text'; text: string } | { kind: 'audio'; blob: Blob }) => {
      playback.current?.stop();
      setQuoted(null);
      setTyping(false);
      setText('');
      void answer({ ...given, ...(retryOf ? { retryOf } : {}) });
      setRetryOf(null);
    },
    [answer, retryOf],
  );
  const onDone = useCallback((blob: Blob) => send({ kind: 'audio', blob }), [send]);

  const move = async (to: 'paused' | 'ready' | 'finished') => {
    silence();
    try {
      await api.move(id, to);
      setPaused(to === 'paused');
      if (to === 'finished') onReport();
    } catch (error) {
      setProblem(messageOf(error));
    }
  };

  const status = statusOf(turn, sound.speaking, paused);
  const canAnswer = !paused && !busy && !turn.over;
  const shown = turn.phase === 'done' && turn.next ? turn.next : question;
  const spokenFeedback = useMemo(() => (turn.feedback ? turn.feedbackText : ''), [turn.feedback, turn.feedbackText]);

  return (
    <div className="room">
      <div className="room-main">
        <QuestionCard
          question={retryOf ? question : shown}
          streaming={busy && turn.next === null ? turn.questionText : ''}
          muted={preferences.muted}
          canReplay={clips.length > 0}
          onMute={() => { if (!preferences.muted) playback.current?.stop(); onPreferences({ ...preferences, muted: !preferences.muted }); }}
          onReplay={() => { playback.current?.stop(); clips.forEach((clip) => playback.current?.add(clip)); }}
        />
        <div className="status-row">
          <p className={`status status-${sound.speaking ? 'speaking' : turn.phase}`} role="status">{status}</p>
          {(sound.speaking || busy) && (
            <button type="button" className="button quiet" onClick={silence}><Square size={14} aria-hidden="true" /> Stop the coach</button>
          )}
        </div>
        {sound.caption && <p className="caption" aria-hidden="true">{sound.caption}</p>}
        {sound.blocked && (
          <button type="button" className="button" onClick={() => playback.current?.unblock()}>Turn the coach's voice on</button>
        )}
        {turn.over ? (
          <div className="card over">
            <h2>That was the last question</h2>
            <p>Your report is ready: what was strong, what to change, and how you fit the job.</p>
            <button type="button" className="button primary" onClick={onReport}>See the report</button>
          </div>
        ) : paused ? (
          <button type="button" className="button primary" onClick={() => void move('ready')}><Play size={16} aria-hidden="true" /> Continue</button>
        ) : typing ? (
          <form
            className="typed"
            onSubmit={(event) => { event.preventDefault(); if (text.trim()) send({ kind: 'text', text }); }}
          >
            <label htmlFor="typed">Your answer</label>
            <textarea id="typed" rows={6} value={text} onChange={(event) => setText(event.target.value)} disabled={!canAnswer} />
            <div className="row">
              <button type="submit" className="button primary" disabled={!text.trim() || !canAnswer}><Send size={16} aria-hidden="true" /> Send</button>
              <button type="button" className="button quiet" onClick={() => setTyping(false)}>Speak instead</button>
            </div>
          </form>
        ) : (
          <VoiceRecorder
            disabled={!canAnswer}
            maxSeconds={catalog.limits.audio_seconds}
            onStart={begin}
            onDone={onDone}
            onCancel={reset}
            onType={() => setTyping(true)}
          />
        )}
        {turn.error && <p className="problem" role="alert">{turn.error}</p>}
        {problem && <p className="problem" role="alert">{problem}</p>}
        {turn.notices.map((notice) => <p key={notice} className="notice">{notice}</p>)}
        {turn.transcript !== null && turn.transcript !== '' && (
          <section className="card" aria-label="What was heard">
            <div className="card-head">
              <h2>What was heard</h2>
              {turn.turnId && turn.phase === 'done' && !turn.over && (
                <button type="button" className="button quiet" onClick={() => { silence(); setRetryOf(turn.turnId); reset(); }}>
                  <RotateCcw size={16} aria-hidden="true" /> Answer again
                </button>
              )}
            </div>
            <TranscriptView
              text={turn.transcript}
              fillers={turn.delivery?.fillers}
              highlight={quoted ? { start: quoted.char_start, end: quoted.char_end } : null}
            />
            {turn.delivery && <DeliveryLine delivery={turn.delivery} />}
            {turn.star && <StarMeter star={turn.star} />}
          </section>
        )}
        {retryOf && <p className="notice">Answering the same question again: the two takes will be compared.</p>}
        <FeedbackPanel
          feedback={turn.feedback}
          streamed={turn.feedbackText}
          rubrics={catalog.rubrics}
          hideScores={preferences.hideScores}
          onAnswer={setQuoted}
        />
        <div className="visually-hidden" aria-live="polite">{spokenFeedback}</div>
        <ChatWindow turns={earlier} />
      </div>
      <div className="room-foot">
        <p className="muted small">{catalog.disclosure}</p>
        <div className="row">
          {!paused && !turn.over && <button type="button" className="button quiet" onClick={() => void move('paused')}><Pause size={16} aria-hidden="true" /> Pause</button>}
          {!turn.over && <button type="button" className="button quiet" onClick={() => void move('finished')}><Flag size={16} aria-hidden="true" /> Finish and see the report</button>}
        </div>
      </div>
    </div>
  );
}

function DeliveryLine({ delivery }: { delivery: NonNullable<ReturnType<typeof useTurn>['turn']['delivery']> }) {
  const figures = [
    `${delivery.word_count} words`,
    delivery.words_per_minute !== null && `${Math.round(delivery.words_per_minute)} words a minute`,
    delivery.filler_count !== null && `${delivery.filler_count} filler${delivery.filler_count === 1 ? '' : 's'} heard`,
    delivery.pauses !== null && `${delivery.pauses.count} long pause${delivery.pauses.count === 1 ? '' : 's'}`,
  ].filter(Boolean);
  return (
    <div className="delivery">
      <p>{figures.join(' · ')}</p>
      {delivery.withheld.length > 0 && (
        <details>
          <summary>Why some figures are missing</summary>
          <ul>{delivery.withheld.map((w) => <li key={w.figure}>{w.figure.replaceAll('_', ' ')}: {w.why}</li>)}</ul>
        </details>
      )}
    </div>
  );
}
