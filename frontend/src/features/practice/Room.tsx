import { Link, useNavigate } from '@tanstack/react-router';
import { CircleStop, Flag, Mic, Pause, Play, RotateCcw } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { rateMyself } from '../../api/calls';
import type { Catalog, Citation, SessionInfo } from '../../api/types';
import { plural, words } from '../../text/format';
import { Button, buttonClass } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { AuthorOfServer } from '../feedback/author';
import { SeniorityOfInterview } from '../feedback/seniority';
import { type OpenSources, SourceList } from '../feedback/SourceList';
import { setPreferences, usePreferences } from '../settings/preferences';
import { ChatWindow } from './ChatWindow';
import { HandsFreeDock } from './HandsFreeDock';
import { QuestionCard } from './QuestionCard';
import styles from './Room.module.css';
import { questionToAnswer } from './room-machine';
import { StatusLine } from './StatusLine';
import { TimeLeft } from './TimeLeft';
import type { TurnView } from './turn-machine';
import { TypedAnswer } from './TypedAnswer';
import { type RoomControls, useRoom } from './use-room';
import { VoiceRecorder } from './VoiceRecorder';
import { WaitsForYou } from './WaitsForYou';

interface Props {
  session: SessionInfo;
  catalog: Catalog | undefined;
}

/** The practice room: the question and the microphone on one side, what the coach says on the other. */
export function Room({ session, catalog }: Props) {
  const maxSeconds = catalog?.limits?.audio_seconds ?? 300;
  const it = useRoom(session, catalog, maxSeconds);
  const { hideScores, muted, rateFirst } = usePreferences();
  const rate = async (turn: TurnView, overall: number) => {
    if (turn.turnId) await rateMyself(session.session_id, turn.turnId, overall);
  };
  const [sources, setSources] = useState<OpenSources | null>(null);
  const stage = useRef<HTMLDivElement>(null);
  useFollowOnPhones(it.latest);

  const openSource = (chosen: Citation, citations: Citation[] = [chosen]) => setSources({ chosen, citations });
  const { room } = it;
  const over = room.state === 'finished' || room.state === 'expired';
  const stopped = Boolean(it.latest?.feedback?.concern);
  const { open } = it;
  const correct = (turn: TurnView, text: string) => {
    it.answers.correct?.(turn, text);
    // The form is gone: the keyboard goes on where the new judgement comes.
    const answer = document.getElementById('last-answer');
    answer?.focus({ preventScroll: true });
    answer?.scrollIntoView({ block: 'start', behavior: 'smooth' });
  };
  const retry = (turn: TurnView) => {
    it.retry(turn);
    stage.current?.scrollIntoView({ block: 'start', behavior: 'smooth' });
    stage.current?.querySelector<HTMLElement>('button[aria-describedby="talk-hint"], textarea')?.focus({ preventScroll: true });
  };

  const goOn = (turn: TurnView) => {
    it.goOn(turn);
    stage.current?.scrollIntoView({ block: 'start', behavior: 'smooth' });
    stage.current?.querySelector<HTMLElement>('textarea')?.focus({ preventScroll: true });
  };

  return (
    <div className={styles.room} data-turns={room.turns.length > 0 || undefined}>
      <RoomBar session={session} catalog={catalog} it={it} />
      <div ref={stage} className={styles.stage}>
        {over && !open ? (
          <Over sessionId={session.session_id} expired={room.state === 'expired'} stopped={stopped} />
        ) : it.waits ? (
          <WaitsForYou
            {...it.waits}
            caption={it.playback.caption}
            paused={room.state === 'paused'}
            busy={it.moving || it.running !== null}
            problem={it.problem}
            onStop={() => void it.move('finished')}
            onBreak={() => void it.move('paused')}
            onAnother={() => void it.another()}
          />
        ) : (
          <QuestionCard
            question={questionToAnswer(room)}
            coming={it.waitsForQuestion ? (it.running?.questionText ?? '') : null}
            again={room.retryOf !== null}
            goesOn={room.continues !== null}
            playback={it.playback}
            muted={muted}
            spoken={session.voice !== false}
            panel={catalog?.panel}
            studied={session.practice === 'study' && questionToAnswer(room) === room.question ? session.session_id : undefined}
            onReplay={() => (it.playback.status === 'blocked' ? it.queue.unblock() : it.queue.replay('question'))}
            onMute={() => setPreferences({ muted: !muted })}
            onCite={(citation) => openSource(citation)}
          />
        )}
        <div className={it.waits ? styles.calm : styles.dock}>
          <div className={styles.statusRow}>
            <StatusLine status={it.status} caption={it.playback.caption} />
            {it.waits && it.playback.canReplay && it.playback.status !== 'playing' ? (
              <Button look="quiet" icon={<RotateCcw aria-hidden="true" />} onClick={() => it.queue.replay()}>
                Hear it again
              </Button>
            ) : null}
            {it.canInterrupt && !it.waits ? (
              <Button icon={<CircleStop aria-hidden="true" />} onClick={it.interrupt}>
                Interrupt
              </Button>
            ) : null}
          </div>
          {open && it.doubt && it.input === 'hands-free' ? (
            <Button look="primary" size="l" icon={<Mic aria-hidden="true" />} onClick={it.stopDoubting}>
              Go on when you like
            </Button>
          ) : open && !it.waits ? (
            <AnswerDock it={it} maxSeconds={maxSeconds} maxCharacters={catalog?.limits?.answer_characters ?? 12_000} />
          ) : null}
          {room.state === 'paused' && !it.waits ? (
            <Button look="primary" size="l" busy={it.moving} icon={<Play aria-hidden="true" />} onClick={() => void it.move('ready')}>
              Continue
            </Button>
          ) : null}
          {room.continues ? (
            <Button look="quiet" onClick={() => it.goOn(null)}>
              Leave the answer as it is
            </Button>
          ) : null}
          {room.retryOf ? (
            <Button look="quiet" onClick={() => it.retry(null)}>
              Keep the last take and go on
            </Button>
          ) : null}
        </div>
      </div>
      {room.turns.length > 0 ? (
        <SeniorityOfInterview value={session.seniority ?? 'mid'}>
          <AuthorOfServer value={catalog?.author ?? null}>
            <ChatWindow sessionId={session.session_id} turns={it.standing} hideScores={hideScores} held={session.feedback === 'end' && room.state !== 'finished'} caption={it.playback.caption} onRetry={open || (room.state === 'finished' && !stopped) ? retry : undefined} onSendAgain={it.sendAgain} onGoOn={it.mayGoOn ? goOn : undefined} saidAbove={it.waits !== null} answers={{ ...it.answers, correct: it.answers.correct && correct }} onSource={openSource} onRate={rateFirst ? rate : undefined} />
          </AuthorOfServer>
        </SeniorityOfInterview>
      ) : null}
      <SourceList
        sources={sources}
        onChoose={(chosen) => setSources((now) => now && { ...now, chosen })}
        onClose={() => setSources(null)}
      />
    </div>
  );
}

function AnswerDock({ it, maxSeconds, maxCharacters }: { it: RoomControls; maxSeconds: number; maxCharacters: number }) {
  const [text, setText] = useState('');
  const type = () => {
    it.recorder.clearProblem();
    it.setInput('typed');
  };
  if (it.input === 'typed') {
    return (
      <TypedAnswer
        text={text}
        enabled={it.canAnswer}
        maxCharacters={maxCharacters}
        onChange={setText}
        onSend={() => {
          it.send(text.trim());
          setText('');
        }}
        onSpeak={() => it.setInput('push')}
      />
    );
  }
  if (it.input === 'hands-free') {
    return (
      <HandsFreeDock
        handsFree={it.handsFree}
        maxSeconds={maxSeconds}
        canInterrupt={it.canInterrupt}
        onInterrupt={it.interrupt}
        onPush={() => it.setInput('push')}
        onType={type}
      />
    );
  }
  return (
    <VoiceRecorder
      phase={it.recorder.phase}
      live={it.recorder.live}
      partial={it.recorder.partial}
      enabled={it.canAnswer}
      maxSeconds={maxSeconds}
      problem={it.problem}
      onStart={it.startTalking}
      onStop={() => void it.recorder.stop()}
      onDiscard={it.recorder.discard}
      onHandsFree={() => {
        it.recorder.clearProblem();
        it.setInput('hands-free');
      }}
      onType={type}
    />
  );
}

function RoomBar({ session, catalog, it }: { session: SessionInfo; catalog: Catalog | undefined; it: RoomControls }) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const question = it.room.question;
  const total = question?.total ?? session.question_count;
  const number = question?.number ?? total;
  const title = session.role || catalog?.modes.find((mode) => mode.name === session.mode)?.title || words(session.mode);
  const open = it.room.state === 'open';
  return (
    <header className={styles.bar}>
      <div>
        <p className={styles.title}>
          {title}
          {session.company ? ` at ${session.company}` : ''}
        </p>
        {question && !it.waits ? (
          <p className={styles.place}>
            <span>
              Question {number} of {total}
              {it.room.planned ? <span className={styles.planned}> · made for this job</span> : null}
            </span>
            <span className={styles.dots} aria-hidden="true">
              {Array.from({ length: total }, (_, at) => (
                <span key={at} data-state={at + 1 < number ? 'done' : at + 1 === number ? 'now' : undefined} />
              ))}
            </span>
            <TimeLeft timers={it.room.timers} state={it.room.state} />
          </p>
        ) : null}
      </div>
      <div className={styles.acts}>
        {open && !it.waits ? (
          <Button look="quiet" icon={<Pause aria-hidden="true" />} busy={it.moving} onClick={() => void it.move('paused')}>
            <span className={styles.wide}>Pause</span>
          </Button>
        ) : null}
        {(open || it.room.state === 'paused') && !it.waits ? (
          <Button icon={<Flag aria-hidden="true" />} onClick={() => setAsking(true)}>
            Finish
          </Button>
        ) : null}
      </div>
      <Confirm
        open={asking}
        title="Finish this interview?"
        confirm="Finish and see the report"
        cancel="Keep going"
        busy={it.moving}
        onCancel={() => setAsking(false)}
        onConfirm={() =>
          void it.move('finished').then(async (done) => {
            setAsking(false);
            if (done) await navigate({ to: '/report/$sessionId', params: { sessionId: session.session_id } });
          })
        }
      >
        You have given {plural(it.standing.filter((turn) => turn.transcript).length, 'answer')}. The report is made from what is
        there. Answers can be taken again afterwards; no further question comes.
      </Confirm>
    </header>
  );
}

function Over({ sessionId, expired, stopped }: { sessionId: string; expired: boolean; stopped: boolean }) {
  return (
    <section className={styles.over} aria-label="End of the interview">
      <h1>{expired ? 'This interview has expired.' : stopped ? 'We stop here.' : 'That was the last question.'}</h1>
      <p>{expired ? 'What you said is still here.' : stopped ? 'Look after yourself. You can come back any time.' : 'Take a breath. Your report is ready.'}</p>
      <Link to="/report/$sessionId" params={{ sessionId }} className={buttonClass('primary', 'l')}>
        See your report
      </Link>
    </section>
  );
}

/** On a narrow screen the answer lies below the question: it is brought into view once, when the answer was heard. */
function useFollowOnPhones(latest: TurnView | undefined): void {
  const heard = Boolean(latest?.transcript) && latest?.phase === 'coaching';
  useEffect(() => {
    if (!heard || !window.matchMedia('(max-width: 62rem)').matches) return;
    document.getElementById('last-answer')?.scrollIntoView({ block: 'start', behavior: 'smooth' });
  }, [heard]);
}
