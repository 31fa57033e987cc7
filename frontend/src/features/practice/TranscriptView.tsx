import { useEffect, useRef } from 'react';
import type { Delivery } from '../../api/types';
import { lengthOf } from '../../text/code-points';
import { type Mark, pieces } from '../../text/marks';
import styles from './TranscriptView.module.css';

type Kind = 'quote' | 'filler' | 'hedge';

interface Props {
  text: string;
  delivery: Delivery | null;
  /** Places to mark, in characters of `text`; they win over fillers. */
  quotes: readonly { char_start: number; char_end: number }[];
}

/** What was said, as it was heard, with fillers and quoted places marked. */
export function TranscriptView({ text, delivery, quotes }: Props) {
  const first = useRef<HTMLElement>(null);
  const from = quotes[0]?.char_start;
  useEffect(() => {
    if (from !== undefined) first.current?.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  }, [from, quotes]);
  return (
    <p className={styles.transcript} lang={undefined}>
      {withMarks(text, delivery, quotes).map((piece, at, all) => {
        if (!piece.mark) return <span key={at}>{piece.text}</span>;
        const { kind } = piece.mark;
        if (kind === 'quote') {
          const isFirst = all.findIndex((p) => p.mark?.kind === 'quote') === at;
          return (
            <mark key={at} className={styles.quote} ref={isFirst ? first : undefined}>
              {piece.text}
            </mark>
          );
        }
        return (
          <span key={at} className={kind === 'filler' ? styles.filler : styles.hedge} title={kind === 'filler' ? 'Filler word' : 'Hedge: it weakens what you say'}>
            {piece.text}
          </span>
        );
      })}
    </p>
  );
}

function withMarks(text: string, delivery: Delivery | null, quotes: Props['quotes']) {
  const marks: Mark<Kind>[] = quotes.map((q) => ({ start: q.char_start, end: q.char_end, kind: 'quote' }));
  const outside = (start: number) => !quotes.some((q) => start >= q.char_start && start < q.char_end);
  const add = (kind: Kind, found: readonly { word: string; char_start: number }[] | undefined) => {
    for (const { word, char_start: start } of found ?? []) {
      if (outside(start)) marks.push({ start, end: start + lengthOf(word), kind });
    }
  };
  add('filler', delivery?.fillers);
  add('hedge', delivery?.hedges);
  return pieces(text, marks);
}
