import { useQuery } from '@tanstack/react-query';
import { useContext, useState } from 'react';
import { getCatalog } from '../../api/calls';
import type { Seniority } from '../../api/types';
import { words } from '../../text/format';
import styles from './NextLevel.module.css';
import { SeniorityOfInterview } from './seniority';

const TOP = 5;

/** The level of a score or of a mean of scores; a half goes to the even one, as in the report. */
export function levelOf(score: number): number {
  const near = Math.round(score);
  const level = near - score === 0.5 && near % 2 === 1 ? near - 1 : near;
  return Math.min(TOP, Math.max(1, level));
}

/** What is one level above a score, in words and as an example that is nobody's answer. Nothing at the top. */
export function NextLevel({ name, score, anchor }: { name: string; score: number; anchor?: string }) {
  const [open, setOpen] = useState(false);
  const level = levelOf(score);
  if (level >= TOP) return null;
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={styles.opener}>
        What level {level + 1} sounds like<span className="visually-hidden"> in {words(name).toLowerCase()}</span>
      </summary>
      {open ? <Levels name={name} level={level} anchor={anchor} /> : null}
    </details>
  );
}

function Levels({ name, level, anchor }: { name: string; level: number; anchor?: string }) {
  const seniority = useContext(SeniorityOfInterview);
  const catalog = useQuery({ queryKey: ['catalog'], queryFn: getCatalog, staleTime: 60_000 });
  const rubric = catalog.data?.rubrics?.[name];
  const ladder = rubric?.examples?.[seniority];
  const said = ladder?.levels[level + 1];
  const own = anchor ?? rubric?.levels?.[level];
  const next = rubric?.levels?.[level + 1];
  if (catalog.isError) return <p className={styles.note}>The levels could not be loaded. Close this and open it again in a moment.</p>;
  if (!catalog.data) return <p className={styles.note} role="status">Fetching the levels…</p>;
  if (!next) return <p className={styles.note}>There is no description of this level yet.</p>;
  return (
    <div className={styles.levels}>
      <dl>
        {own ? (
          <div>
            <dt>Yours, level {level}</dt>
            <dd>{own}</dd>
          </div>
        ) : null}
        <div data-next>
          <dt>Next, level {level + 1}</dt>
          <dd>{next}</dd>
        </div>
      </dl>
      {ladder && said ? (
        <figure className={styles.example}>
          <figcaption>
            <strong>An example, not your answer</strong>
            <span>
              {NAMES[seniority]}: {ladder.speaker}, asked “{ladder.question}”
            </span>
          </figcaption>
          <blockquote lang="en">{withSilences(said)}</blockquote>
        </figure>
      ) : null}
    </div>
  );
}

const NAMES: Record<Seniority, string> = { junior: 'Junior', mid: 'Mid-level', senior: 'Senior' };

/** `[3 s]` is a silence of three seconds. */
function withSilences(text: string) {
  return text.split(/(\[\d+ s\])/).map((part, at) => {
    const seconds = /^\[(\d+) s\]$/.exec(part)?.[1];
    return seconds ? (
      <span key={at} className={styles.silence}>
        {seconds} s of silence
      </span>
    ) : (
      part
    );
  });
}
