import { Pencil, Trash2 } from 'lucide-react';
import { useId } from 'react';
import { STAR_PARTS, type Story } from '../../api/types';
import { clock, plural, words } from '../../text/format';
import { slots } from '../../text/marks';
import { IconButton } from '../../ui/Button';
import styles from './Stories.module.css';

interface Props {
  story: Story;
  onEdit: () => void;
  onDelete: () => void;
}

/** One story: how it begins, how long it takes, which parts are told. */
export function StoryCard({ story, onEdit, onDelete }: Props) {
  const id = useId();
  return (
    <article className={styles.story} aria-labelledby={id}>
      <header>
        <h2 id={id}>{story.title}</h2>
        <div className={styles.tools}>
          <IconButton label={`Change “${story.title}”`} onClick={onEdit}>
            <Pencil aria-hidden="true" />
          </IconButton>
          <IconButton label={`Delete “${story.title}”`} onClick={onDelete}>
            <Trash2 aria-hidden="true" />
          </IconButton>
        </div>
      </header>
      <details className={styles.told}>
        <summary>
          <span>{story.first_line || 'Nothing is told yet.'}</span>
        </summary>
        <p className={styles.text}>
          {slots(story.text).map((piece, at) => (piece.slot ? <mark key={at}>{piece.text}</mark> : <span key={at}>{piece.text}</span>))}
        </p>
      </details>
      <p className={styles.facts}>
        About {clock(story.spoken_s)} to tell · {plural(story.words, 'word')}
        {story.open_places > 0 ? ` · ${plural(story.open_places, 'place')} to fill` : ''}
        {story.source_session_id ? ' · from an answer' : ''}
      </p>
      <Parts story={story} />
      {story.competencies.length > 0 ? (
        <ul className={styles.tags} aria-label="Shows">
          {story.competencies.map((tag) => (
            <li key={tag}>{words(tag)}</li>
          ))}
        </ul>
      ) : null}
    </article>
  );
}

function Parts({ story }: { story: Story }) {
  if (!story.star_parts?.length) return <p className={styles.hint}>Not told yet as one particular time: begin with when and where it was.</p>;
  return (
    <ul className={styles.parts} aria-label="Parts of the story">
      {STAR_PARTS.map((part) => {
        const there = story.star_parts?.includes(part);
        return (
          <li key={part} data-there={there || undefined}>
            {words(part)}
            {there ? null : <span className="visually-hidden"> is missing</span>}
          </li>
        );
      })}
    </ul>
  );
}
