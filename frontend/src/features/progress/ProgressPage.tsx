import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { getCatalog, getProgress } from '../../api/calls';
import { sentenceOf } from '../../api/client';
import type { Progress } from '../../api/types';
import { figure, plural, when, words } from '../../text/format';
import { Button, buttonClass } from '../../ui/Button';
import { PageProblem } from '../../ui/PageProblem';
import { DrillList } from '../feedback/DrillList';
import { AuthorOfServer } from '../feedback/author';
import { NotJudged } from '../feedback/NotJudged';
import { tickBox } from '../feedback/ticks';
import { usePreferences } from '../settings/preferences';
import { DueAgain } from './DueAgain';
import { Line } from './Line';
import styles from './ProgressPage.module.css';

/** How the interviews went, from the first to the last. */
export function ProgressPage() {
  const progress = useQuery({ queryKey: ['progress'], queryFn: () => tickBox().flush().then(getProgress), staleTime: 0 });
  if (progress.isError) {
    return (
      <PageProblem
        title="Your progress could not be loaded" actions={<Button onClick={() => void progress.refetch()}>Try again</Button>}>
        {sentenceOf(progress.error)}
      </PageProblem>
    );
  }
  if (!progress.data) return <div className={styles.loading} role="status" aria-label="Loading your progress" />;
  return progress.data.sessions.length === 0 ? <Nothing /> : <Shown progress={progress.data} />;
}

function Nothing() {
  return (
    <div className={styles.nothing}>
      <h1>Your progress</h1>
      <p>After your first answer you will see here how your interviews develop, and what to practise next.</p>
      <Link to="/" className={buttonClass('primary')}>
        Set up an interview
      </Link>
    </div>
  );
}

function Shown({ progress }: { progress: Progress }) {
  const { hideScores, hiddenFigures } = usePreferences();
  const catalog = useQuery({ queryKey: ['catalog'], queryFn: getCatalog, staleTime: 60_000 });
  const titleOf = (mode: string) => catalog.data?.modes?.find((known) => known.name === mode)?.title ?? `${words(mode)} interview`;
  const { sessions, streaks, competencies, next_drill: drill } = progress;
  const answers = sessions.reduce((sum, session) => sum + answersOf(session), 0);
  const dimensions = Object.entries(progress.dimensions).sort((a, b) => a[1] - b[1]);
  const means = sessions.flatMap((s) => (s.overall === null ? [] : [{ at: s.at, value: s.overall }]));
  const pace = progress.delivery.flatMap((d) => (d.words_per_minute === null ? [] : [{ at: d.at, value: d.words_per_minute }]));
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1>Your progress</h1>
        <p>
          {plural(sessions.length, 'interview')}, {plural(answers, 'answer')}
          {streaks.current > 1 ? `, ${streaks.current} days in a row` : ''}.
        </p>
      </header>
      <DueAgain />
      <OwnChecks checks={progress.self_checks ?? []} />
      {drill ? (
        <section className={styles.next}>
          <h2>Practise next</h2>
          <DrillList drills={[drill]} />
          {drill.why && !hideScores ? <p className={styles.note}>{drill.why}</p> : null}
          <Link to="/" className={buttonClass('primary')}>
            Set up an interview
          </Link>
        </section>
      ) : null}
      {hideScores ? (
        <p className={styles.note}>Scores and figures are hidden: calm practice is on. You can show them in the settings.</p>
      ) : (
        <>
          {means.length > 1 ? (
            <section>
              <h2>From interview to interview</h2>
              <p className={styles.note}>Mean of all scores of an interview, from 1 to 5; delivery is not part of it.</p>
              <Line label="Mean score of each interview" points={means} low={1} high={5} />
            </section>
          ) : null}
          {means.length === 0 ? (
            <AuthorOfServer value={catalog.data?.author ?? null}>
              <NotJudged />
            </AuthorOfServer>
          ) : null}
          <SelfRatingCurve ratings={progress.self_ratings ?? []} />
          <div className={styles.pair}>
            {dimensions.length > 0 ? (
              <section>
                <h2>What needs most, what is strongest</h2>
                <p className={styles.note}>Means over the last five interviews, weakest first.</p>
                <dl className={styles.bars}>
                  {dimensions.map(([name, value]) => (
                    <div key={name}>
                      <dt>{words(name)}</dt>
                      <dd>
                        <span className={styles.bar} aria-hidden="true">
                          <span style={{ transform: `scaleX(${value / 5})` }} />
                        </span>
                        <span>{figure(value)} of 5</span>
                      </dd>
                    </div>
                  ))}
                </dl>
              </section>
            ) : null}
            {competencies.length > 0 ? (
              <section>
                <h2>By what was asked about</h2>
                <p className={styles.note}>The last score of each and where it is going; where nobody scores, what you ticked, else how often you were asked.</p>
                <dl className={styles.bars}>
                  {competencies.map(({ competency, scores, trend, answers: asked = 0, ticked = 0, of = 0 }) => (
                    <div key={competency}>
                      <dt>{words(competency)}</dt>
                      <dd>
                        {scores.length > 0
                          ? `${figure(scores.at(-1)?.score ?? 0)} of 5${trend ? ` (${trend > 0 ? 'up' : 'down'} ${figure(Math.abs(trend))})` : ''}`
                          : of > 0
                            ? `${ticked} of ${plural(of, 'point')} ticked`
                            : plural(asked, 'answer')}
                      </dd>
                    </div>
                  ))}
                </dl>
              </section>
            ) : null}
          </div>
        </>
      )}
      {pace.length > 1 && !hideScores && !hiddenFigures.includes('pace') ? (
        <section>
          <h2>Pace</h2>
          <p className={styles.note}>Words a minute while you talk. Anything from 110 to 190 is easy to follow.</p>
          <Line label="Words a minute of each interview" points={pace} low={80} high={220} band={[110, 190]} />
        </section>
      ) : null}
      <section>
        <h2>Interviews</h2>
        <ol className={styles.sessions} reversed>
          {[...sessions].reverse().map((session) => (
            <li key={session.session_id}>
              <Link to="/report/$sessionId" params={{ sessionId: session.session_id }}>
                {titleOf(session.mode)}
              </Link>
              <span>
                {when(session.at)} · {plural(answersOf(session), 'answer')}
                {session.overall !== null && !hideScores ? ` · ${figure(session.overall)} of 5` : ''}
              </span>
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}

/** The points that the candidate ticked, over all interviews and from one to the next. */
function OwnChecks({ checks }: { checks: NonNullable<Progress['self_checks']> }) {
  const last = checks.at(-1);
  if (!last) return null;
  const ticked = checks.reduce((sum, check) => sum + check.ticked, 0);
  const of = checks.reduce((sum, check) => sum + check.of, 0);
  return (
    <section>
      <h2>What you ticked</h2>
      <p className={styles.note}>
        You ticked {ticked} of {plural(of, 'point')} of a strong answer{checks.length > 1 ? `; last time ${last.ticked} of ${last.of}` : ''}.
      </p>
      {checks.length > 1 ? (
        <Line label="Points ticked in each interview, in percent" points={checks.map((check) => ({ at: check.at, value: check.of > 0 ? (100 * check.ticked) / check.of : 0 }))} low={0} high={100} />
      ) : null}
    </section>
  );
}

/** How the candidate rated interviews, against the scores of the same answers. */
function SelfRatingCurve({ ratings }: { ratings: NonNullable<Progress['self_ratings']> }) {
  const last = ratings.at(-1);
  if (!last) return null;
  const apart = Math.abs(last.difference) < 0.5 ? 'much the same as' : last.difference > 0 ? 'higher than' : 'lower than';
  return (
    <section>
      <h2>How you see yourself</h2>
      <p className={styles.note}>
        Your own rating minus the scores; zero means you see yourself as the criteria do. Last time you rated yourself {apart} they did
        ({figure(last.self_rating)} against {figure(last.measured)}).
      </p>
      {ratings.length > 1 ? (
        <Line label="Own rating minus scores of each interview" points={ratings.map(({ at, difference }) => ({ at, value: difference }))} low={-4} high={4} band={[-0.5, 0.5]} />
      ) : null}
    </section>
  );
}

/** Every answer that was given, scored or not. */
const answersOf = (session: Progress['sessions'][number]) => session.answers + (session.unscored ?? 0);
