import { Link, useNavigate } from '@tanstack/react-router';
import { CircleStop, Flag, Pause, Play } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { rateMyself } from '../../api/calls';
import type { Catalog, Citation, SessionInfo } from '../../api/types';
import { plural, words } from '../../text/format';
import { Button, buttonClass } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { SeniorityOfInterview } from '../feedback/seniority';
import { type OpenSources, SourceList } from '../feedback/SourceList';
import { setPreferences, usePreferences } from '../settings/preferences';
import { ChatWindow } from './ChatWindow';
import { HandsFreeDock } from './HandsFreeDock';
import { QuestionCard } from './QuestionCard';
import styles from './Room.module.css';
import { questionToAnswer } from './room-machine';
import { StatusLine } from './StatusLine';
import type { TurnView } from './turn-machine';
import { TypedAnswer } from './TypedAnswer';
import { type RoomControls, useRoom } from './use-room';
import { VoiceRecorder } from './VoiceRecorder';

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
  const open = room.state === 'open';
  const retry = (turn: TurnView) => {
    it.retry(turn);
    stage.current?.scrollIntoView({ block: 'start', behavior: 'smooth' });
    stage.current?.querySelector<HTMLElement>('button[aria-describedby="talk-hint"], textarea')?.focus({ preventScroll: true });
  };

  return (
    <div className={styles.room} data-turns={room.turns.length > 0 || undefined}>
      <RoomBar session={session} catalog={catalog} it={it} />
      <div ref={stage} className={styles.stage}>
        {room.state === 'finished' || room.state === 'expired' ? (
          <Over sessionId={session.session_id} expired={room.state === 'expired'} />
        ) : (
          <QuestionCard
            question={questionToAnswer(room)}
            coming={it.waitsForQuestion ? (it.running?.questionText ?? '') : null}
            again={room.retryOf !== null}
            playback={it.playback}
            muted={muted}
            spoken={session.voice !== false}
            panel={catalog?.panel}
            onReplay={() => (it.playback.status === 'blocked' ? it.queue.unblock() : it.queue.replay('question'))}
            onMute={() => setPreferences({ muted: !muted })}
            onCite={(citation) => openSource(citation)}
          />
        )}
        <div className={styles.dock}>
          <div className={styles.statusRow}>
            <StatusLine status={it.status} caption={it.playback.caption} />
            {it.canInterrupt ? (
              <Button icon={<CircleStop aria-hidden="true" />} onClick={it.interrupt}>
                Interrupt
              </Button>
            ) : null}
          </div>
          {open ? <AnswerDock it={it} maxSeconds={maxSeconds} maxCharacters={catalog?.limits?.answer_characters ?? 12_000} /> : null}
          {room.state === 'paused' ? (
            <Button look="primary" size="l" busy={it.moving} icon={<Play aria-hidden="true" />} onClick={() => void it.move('ready')}>
              Continue
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
          <ChatWindow sessionId={session.session_id} turns={room.turns} hideScores={hideScores} held={session.feedback === 'end' && room.state !== 'finished'} caption={it.playback.caption} onRetry={open ? retry : undefined} onSendAgain={it.sendAgain} onSource={openSource} onRate={rateFirst ? rate : undefined} />
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
        {question ? (
          <p className={styles.place}>
            Question {number} of {total}
            <span className={styles.dots} aria-hidden="true">
              {Array.from({ length: total }, (_, at) => (
                <span key={at} data-state={at + 1 < number ? 'done' : at + 1 === number ? 'now' : undefined} />
              ))}
            </span>
          </p>
        ) : null}
      </div>
      <div className={styles.acts}>
        {open ? (
          <Button look="quiet" icon={<Pause aria-hidden="true" />} busy={it.moving} onClick={() => void it.move('paused')}>
            <span className={styles.wide}>Pause</span>
          </Button>
        ) : null}
        {open || it.room.state === 'paused' ? (
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
        You have given {plural(it.room.turns.filter((turn) => turn.transcript).length, 'answer')}. The report is made from what is
        there; no further answer can be added.
      </Confirm>
    </header>
  );
}

function Over({ sessionId, expired }: { sessionId: string; expired: boolean }) {
  return (
    <section className={styles.over} aria-label="End of the interview">
      <h1>{expired ? 'This interview has expired.' : 'That was the last question.'}</h1>
      <p>{expired ? 'What you said is still here.' : 'Take a breath. Your report is ready.'}</p>
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
