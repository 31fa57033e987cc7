import { Check } from 'lucide-react';
import { type KeyboardEvent, useId, useRef } from 'react';
import type { Citation, Reference } from '../../api/types';
import { CitationChip, citationNames } from './CitationChip';
import { plainLine } from './cited-lines';
import styles from './SelfCheck.module.css';
import type { TickControls } from './use-ticks';

interface Props {
  reference: Reference;
  ticks: TickControls;
  onCite: (citation: Citation) => void;
}

/** The points of a strong answer to tick, what people often get wrong, and an example to compare with. */
export function SelfCheck({ reference, ticks, onCite }: Props) {
  const id = useId();
  const { points, mistakes, model_answer: model, citations } = reference;
  const ticked = points.filter((point) => ticks.check?.ticked.includes(point.id)).length;
  const drill = ticks.check?.drill;

  return (
    <section className={styles.check} aria-labelledby={id}>
      <div className={styles.head}>
        <h4 id={id}>Points of a strong answer</h4>
        {points.length > 0 ? (
          <span className={styles.count}>
            {ticked} of {points.length} ticked by you
          </span>
        ) : null}
      </div>
      {points.length > 0 ? <Points points={points} ticks={ticks} labelledBy={id} /> : null}
      {ticks.state === 'waiting' ? <p role="status">No connection. Your ticks are kept here and sent when it is back.</p> : null}
      {ticks.problem ? <p role="alert">{ticks.problem} Your ticks are not kept.</p> : null}
      {drill ? (
        <p className={styles.drill}>
          <strong>Practise next: {drill.title}.</strong> {drill.instruction}
        </p>
      ) : null}
      <Lines citations={citations} onCite={onCite} />
      {mistakes.length > 0 ? (
        <div className={styles.mistakes}>
          <h5>Usual mistakes</h5>
          <dl>
            {mistakes.map((mistake) => (
              <div key={mistake.id}>
                <dt>
                  <span>Often said:</span> “{mistake.text}”
                </dt>
                {mistake.correction ? (
                  <dd>
                    <span>What is right:</span> {mistake.correction}
                  </dd>
                ) : null}
              </div>
            ))}
          </dl>
        </div>
      ) : null}
      {model ? (
        <details>
          <summary className={styles.opener}>See an example answer</summary>
          <figure className={styles.model}>
            <figcaption>One possible answer, not yours</figcaption>
            <p>{model}</p>
          </figure>
        </details>
      ) : null}
    </section>
  );
}

interface PointsProps {
  points: Reference['points'];
  ticks: TickControls;
  labelledBy: string;
}

/** A checkbox for each point: by mouse, finger, space bar, or its number; the arrows go from one to the next. */
function Points({ points, ticks: { check, onTick }, labelledBy }: PointsProps) {
  const hintId = useId();
  const list = useRef<HTMLUListElement>(null);
  const chosen = check?.ticked ?? [];
  const toggle = (id: string) => onTick?.(points.map((point) => point.id).filter((one) => (one === id ? !chosen.includes(id) : chosen.includes(one))));
  const focus = (at: number) => list.current?.querySelectorAll('input')[Math.min(points.length - 1, Math.max(0, at))]?.focus();
  const onKey = (event: KeyboardEvent, at: number) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: points.length - 1 };
    const to = moves[event.key] ?? Number(event.key) - 1; // a digit ticks as well
    const point = points[to];
    if (event.key in moves) focus(to);
    else if (event.key.trim() && point) {
      focus(to);
      toggle(point.id);
    } else return;
    event.preventDefault();
  };
  return (
    <>
      <p className={styles.hint} id={hintId}>
        Tick the ones you made.
        <span className={styles.keys}>
          Arrows move, space or {points.length > 1 ? `1 to ${Math.min(9, points.length)}` : '1'} ticks.
        </span>
      </p>
      <ul ref={list} className={styles.points} aria-labelledby={labelledBy} aria-describedby={hintId}>
        {points.map((point, at) => (
          <li key={point.id}>
            <label>
              <input
                type="checkbox"
                checked={chosen.includes(point.id)}
                disabled={!onTick}
                onChange={() => toggle(point.id)}
                onKeyDown={(event) => onKey(event, at)}
                aria-describedby={asksFor(point) ? `${hintId}-${at}` : undefined}
              />
              <span className={styles.box} aria-hidden="true">
                <Check />
              </span>
              <span>{point.text}</span>
              {at < 9 ? (
                <kbd className={styles.digit} aria-hidden="true">
                  {at + 1}
                </kbd>
              ) : null}
            </label>
            {asksFor(point) ? (
              <p className={styles.asked} id={`${hintId}-${at}`}>
                The job asks for it: “{point.requirement}”
              </p>
            ) : null}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Whether the requirement is to be named beside the point: its own words may hold it already. */
const asksFor = ({ text, requirement }: Reference['points'][number]) => Boolean(requirement) && !text.includes(requirement ?? '');

/** The places of the posting, the resume or the question bank that bear on the question, in their own words. */
function Lines({ citations, onCite }: { citations: Citation[]; onCite: (citation: Citation) => void }) {
  if (citations.length === 0) return null;
  const names = citationNames(citations);
  return (
    <ul className={styles.lines} aria-label="What bears on this question">
      {citations.map((citation, at) => (
        <li key={`${citation.citation_id} ${citation.char_start}`}>
          <CitationChip citation={citation} name={names[at]} onOpen={onCite} />
          <q>{plainLine(citation.quote)}</q>
        </li>
      ))}
    </ul>
  );
}
