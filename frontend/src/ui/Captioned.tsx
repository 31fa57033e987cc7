import { spokenPlaces } from '../text/captions';
import { pieces } from '../text/marks';
import styles from './Captioned.module.css';

interface Props {
  text: string;
  /** What is being said right now, here or elsewhere. */
  caption: string;
}

/** A text in which the sentence that is being said is marked. */
export function Captioned({ text, caption }: Props) {
  const marks = spokenPlaces(text, caption);
  if (marks.length === 0) return text;
  return pieces(text, marks).map((piece, at) =>
    piece.mark ? (
      <mark key={at} className={styles.spoken}>
        {piece.text}
      </mark>
    ) : (
      <span key={at}>{piece.text}</span>
    ),
  );
}
