import { diffArrays } from 'diff';
import type { Citation, Correction, Corrections } from '../../api/types';
import { CitationChips } from './CitationChip';
import styles from './CorrectionList.module.css';

interface Props {
  corrections: Corrections;
  citations: Citation[];
  onCite: (citation: Citation) => void;
}

/** What was said and how one says it, word by word, with the reason in English and in the practised language. */
export function CorrectionList({ corrections, citations, onCite }: Props) {
  const { items, language, note } = corrections;
  return (
    <section className={styles.corrections} aria-label="Corrections">
      <h4>{items.length > 0 ? 'How one says it' : 'No well-known slip found'}</h4>
      {items.length > 0 ? (
        <ul>
          {items.map((item) => (
            <li key={`${item.rule} ${item.quote}`}>
              <Corrected item={item} language={language} /> <CitationChips ids={[item.citation]} citations={citations} onOpen={onCite} />
            </li>
          ))}
        </ul>
      ) : null}
      {note ? <p className={styles.note}>{note}</p> : null}
    </section>
  );
}

/** One slip: the words that go, the words that come, and why. */
export function Corrected({ item, language }: { item: Correction; language: string }) {
  return (
    <>
      <p className={styles.wording} lang={language} dir="auto">
        {diffArrays(words(item.quote, language), words(item.better, language)).map((part, at) => {
          const text = part.value.join('');
          if (part.removed) return <Change key={at} as="del" what="not: " text={text} />;
          if (part.added) return <Change key={at} as="ins" what="but: " text={text} />;
          return <span key={at}>{text}</span>;
        })}
      </p>
      <p className={styles.why}>{item.why}</p>
      {item.why_here && item.why_here !== item.why ? (
        <p className={styles.why} lang={language} dir="auto">
          {item.why_here}
        </p>
      ) : null}
    </>
  );
}

function Change({ as: Tag, what, text }: { as: 'del' | 'ins'; what: string; text: string }) {
  return (
    <Tag>
      <span className="visually-hidden" lang="en">
        {what}
      </span>
      {text}
    </Tag>
  );
}

/** The browser knows where words end in languages that set no spaces, or signs around their letters. */
function words(text: string, language: string): string[] {
  return Array.from(new Intl.Segmenter(language || 'en', { granularity: 'word' }).segment(text), ({ segment }) => segment);
}
