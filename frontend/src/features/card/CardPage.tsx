import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Printer } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { getCard, getCatalog } from '../../api/calls';
import { ApiError, sentenceOf } from '../../api/client';
import type { Citation, DayCard } from '../../api/types';
import { clock, words } from '../../text/format';
import { Button, buttonClass } from '../../ui/Button';
import { Message } from '../../ui/Message';
import { PageProblem } from '../../ui/PageProblem';
import { CitationChips, citationNames } from '../feedback/CitationChip';
import { type OpenSources, SourceList } from '../feedback/SourceList';
import styles from './CardPage.module.css';

/** One page for the day of the interview. */
export function CardPage() {
  const { sessionId } = useParams({ from: '/card/$sessionId' });
  const card = useQuery({ queryKey: ['card', sessionId], queryFn: () => getCard(sessionId), staleTime: 0 });
  if (card.isError && !card.data) {
    const gone = card.error instanceof ApiError && card.error.status === 404;
    return (
      <PageProblem
        title={gone ? 'This interview does not exist any more' : 'The card could not be made'}
        actions={gone ? <Link to="/" className={buttonClass('primary')}>Set up an interview</Link> : <Button look="primary" onClick={() => void card.refetch()}>Try again</Button>}
      >
        {sentenceOf(card.error)}
      </PageProblem>
    );
  }
  if (!card.data) return <div className={styles.loading} role="status" aria-label="Making the card" />;
  return <Shown card={card.data} sessionId={sessionId} />;
}

function Shown({ card, sessionId }: { card: DayCard; sessionId: string }) {
  const [sources, setSources] = useState<OpenSources | null>(null);
  const catalog = useQuery({ queryKey: ['catalog'], queryFn: getCatalog, staleTime: 60_000 });
  const { session, stories, requirements, numbers, weak_spots: weakSpots, ask_them: askThem } = card;
  const mode = catalog.data?.modes?.find(({ name }) => name === session.mode)?.title ?? `${words(session.mode ?? 'practice')} interview`;
  const chips = (citations: Citation[]) => (
    <>
      <CitationChips ids={citations.map((c) => c.citation_id)} citations={citations} onOpen={(chosen) => setSources({ chosen, citations })} />
      {citations.length > 0 ? <span className={styles.printed}>({citationNames(citations).join(', ')})</span> : null}
    </>
  );
  const empty = stories.length + requirements.length + numbers.length + weakSpots.length === 0;
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <div>
          <p className={styles.label}>For the day</p>
          <h1>
            {session.role || mode}
            {session.company ? ` at ${session.company}` : ''}
          </h1>
        </div>
        <div className={styles.acts}>
          <Link to="/report/$sessionId" params={{ sessionId }} className={buttonClass()}>
            Report
          </Link>
          <Button look="primary" icon={<Printer aria-hidden="true" />} onClick={() => window.print()}>
            Print
          </Button>
        </div>
      </header>
      {empty ? (
        <Message title="There is nothing to carry yet" actions={<Link to="/stories" className={buttonClass()}>Go to your stories</Link>}>
          Answer a question or two, or keep a story, and this page fills with your own words.
        </Message>
      ) : null}
      <Part title="Stories to have ready" empty={stories.length === 0}>
        <ol className={styles.stories}>
          {stories.map((story, at) => (
            <li key={story.story_id ?? story.turn_id ?? at}>
              <h3>
                {story.title} <span>{clock(story.spoken_s)}</span>
              </h3>
              <p className={styles.line}>“{story.first_line}”</p>
              <p className={styles.note}>
                {story.answers ? `For: ${story.answers} ` : ''}
                <Source>{story.story_id ? 'your story' : 'your answer'}</Source>
              </p>
            </li>
          ))}
        </ol>
      </Part>
      <Part title="What they ask for, and what you can say" empty={requirements.length === 0}>
        <ul className={styles.list}>
          {requirements.map((requirement) => (
            <li key={requirement.text}>
              <p className={styles.asked}>
                {requirement.text} {chips(requirement.citations.slice(0, 1))}
              </p>
              {requirement.say ? (
                <p>
                  “{requirement.say}” <Source>{SAID[requirement.where ?? 'answer'](requirement.source ?? '')}</Source>
                </p>
              ) : (
                <p className={styles.missing}>Nothing shown yet: have one example ready.</p>
              )}
            </li>
          ))}
        </ul>
      </Part>
      <div className={styles.pair}>
        <Part title="Your numbers, also in your resume" empty={numbers.length === 0}>
          <ul className={styles.list}>
            {numbers.map((number) => (
              <li key={number.number}>
                <p>
                  <strong className={styles.number}>{number.number}</strong> “{number.said}” {chips(number.citations)}
                </p>
                <p className={styles.note}>Resume: “{number.resume}”</p>
              </li>
            ))}
          </ul>
        </Part>
        <Part title="Watch out for" empty={weakSpots.length === 0}>
          <ul className={styles.list}>
            {weakSpots.map((spot) => (
              <li key={spot.turn_id}>
                <p className={styles.note}>{spot.question}</p>
                <p>
                  {spot.fix} {chips(spot.citations)}
                </p>
              </li>
            ))}
          </ul>
        </Part>
      </div>
      <Part title="Ask them" empty={askThem.length === 0}>
        <ul className={styles.list}>
          {askThem.map((question) => (
            <li key={question.text}>
              <p>
                {question.text} {chips(question.citations)}
              </p>
            </li>
          ))}
        </ul>
      </Part>
      <p className={styles.foot}>{card.label}</p>
      <SourceList sources={sources} onChoose={(chosen) => setSources((now) => now && { ...now, chosen })} onClose={() => setSources(null)} />
    </div>
  );
}

const SAID: Record<'story' | 'answer' | 'resume', (title: string) => string> = {
  story: (title) => `your story “${title}”`,
  answer: () => 'your answer',
  resume: () => 'your resume',
};

function Source({ children }: { children: ReactNode }) {
  return <span className={styles.source}>({children})</span>;
}

function Part({ title, empty, children }: { title: string; empty: boolean; children: ReactNode }) {
  if (empty) return null;
  return (
    <section className={styles.part}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
