import { FileText, FileUp, X } from 'lucide-react';
import { type DragEvent, useId, useRef, useState } from 'react';
import type { DocumentInfo } from '../../api/types';
import { megabytes, plural } from '../../text/format';
import { Button, IconButton } from '../../ui/Button';
import { Message } from '../../ui/Message';
import styles from './JobDescUpload.module.css';
import type { DocumentSlot } from './use-document';

interface Props {
  slot: DocumentSlot;
  title: string;
  why: string;
  /** Documents of this kind that are already on the server. */
  earlier: DocumentInfo[];
  types: string[];
  maxBytes: number | null;
}

/** A job description or a resume: dropped, chosen, pasted, or one from before. */
export function JobDescUpload({ slot, title, why, earlier, types, maxBytes }: Props) {
  const [over, setOver] = useState(false);
  const [pasting, setPasting] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const id = useId();

  const take = (given: File | undefined) => {
    if (!given) return;
    setRefused(whyRefused(given, types, maxBytes));
    if (!whyRefused(given, types, maxBytes)) void slot.give(given);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  const empty = !slot.document && !slot.busy;

  return (
    // Dropping is an extra for the mouse: the buttons inside do the same by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      className={styles.card}
      data-over={over || undefined}
      data-filled={!empty || undefined}
      aria-labelledby={id}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <header>
        <h3 id={id}>{title}</h3>
        <p>{why}</p>
      </header>

      {slot.busy ? <Ingesting slot={slot} /> : null}
      {!slot.busy && slot.document ? <Ready document={slot.document} onClear={slot.clear} /> : null}
      {empty && pasting ? (
        <Paste
          title={title}
          onCancel={() => setPasting(false)}
          onDone={(text) => {
            setPasting(false);
            void slot.give({ title: '', text });
          }}
        />
      ) : null}
      {empty && !pasting ? (
        <div className={styles.empty}>
          <input
            ref={file}
            id={`${id}-file`}
            className="visually-hidden"
            type="file"
            tabIndex={-1}
            aria-label={`${title} file`}
            accept={types.join(',')}
            onChange={(event) => {
              take(event.target.files?.[0]);
              event.target.value = '';
            }}
          />
          <p className={styles.dropHint}>
            Drop a file here <span>{types.map((type) => type.replace('.', '').toUpperCase()).join(', ')}</span>
          </p>
          <div className={styles.ways}>
            <Button icon={<FileUp aria-hidden="true" />} onClick={() => file.current?.click()} aria-label={`Choose a file: ${title}`}>
              Choose a file
            </Button>
            <Button look="quiet" onClick={() => setPasting(true)} aria-label={`Paste text: ${title}`}>
              Paste text
            </Button>
          </div>
          {earlier.length > 0 ? (
            <p className={styles.earlier}>
              Or use{' '}
              {earlier.slice(0, 2).map((document, at) => (
                <span key={document.document_id}>
                  {at > 0 ? ' or ' : null}
                  <button type="button" onClick={() => slot.choose(document)}>
                    {document.title || 'an earlier text'}
                  </button>
                </span>
              ))}
            </p>
          ) : null}
        </div>
      ) : null}
      {(refused ?? slot.problem) && empty ? (
        <Message tone="error" alert>
          {refused ?? slot.problem}
        </Message>
      ) : null}
    </section>
  );
}

const STAGES = { reading: 'Reading', chunking: 'Cutting into passages', embedding: 'Understanding', indexing: 'Filing passages' };

function Ingesting({ slot }: { slot: DocumentSlot }) {
  const { progress } = slot;
  const stage = progress ? STAGES[progress.stage] : slot.document ? 'Waiting' : 'Sending';
  const order = progress ? Object.keys(STAGES).indexOf(progress.stage) : 0;
  const part = progress && progress.total > 0 ? progress.done / progress.total : 0;
  const value = Math.round(((order + part) / 4) * 100);
  return (
    <div className={styles.ingesting}>
      <p>
        {stage}
        {progress && progress.total > 1 ? ` ${progress.done} of ${progress.total}` : ''}…
      </p>
      <div role="progressbar" aria-label={`Reading ${slot.document?.title ?? 'the document'}`} aria-valuenow={value} className={styles.bar}>
        <span style={{ transform: `scaleX(${Math.max(0.04, value / 100)})` }} />
      </div>
    </div>
  );
}

const NOTICES: Partial<Record<string, string>> = {
  looks_like_resume: 'This reads like a resume. Is it in the right place?',
  looks_like_job_description: 'This reads like a job posting. Is it in the right place?',
  too_short: 'There is little in this text to ask about. If you have a longer version, use that.',
};

function Ready({ document, onClear }: { document: DocumentInfo; onClear: () => void }) {
  const facts = [
    document.pages ? plural(document.pages, 'page') : null,
    document.characters ? `${document.characters.toLocaleString('en')} characters` : null,
  ].filter(Boolean);
  const hidden = document.hidden ?? [];
  return (
    <div className={styles.ready}>
      <div className={styles.file}>
        <FileText aria-hidden="true" />
        <div>
          <p className={styles.name}>{document.title || 'Pasted text'}</p>
          <p className={styles.facts}>
            <span className={styles.ok}>Ready</span> {facts.join(' · ')}
          </p>
        </div>
        <IconButton label={`Do not use ${document.title || 'this text'}`} onClick={onClear}>
          <X aria-hidden="true" />
        </IconButton>
      </div>
      {(document.notices ?? []).flatMap((notice) => (NOTICES[notice] ? [<Message key={notice} tone="warn">{NOTICES[notice]}</Message>] : []))}
      {hidden.length > 0 ? (
        <Message tone="warn" title="Hidden text was left out">
          <p>This file holds text that a reader would not see. It is not used for anything.</p>
          <details className={styles.hidden}>
            <summary className={styles.opener}>Show what was left out ({hidden.length})</summary>
            <ul>
              {hidden.slice(0, 20).map((piece, at) => (
                <li key={at}>
                  <q>{piece.text.slice(0, 300)}</q> <span>({piece.reason}{piece.page ? `, page ${piece.page}` : ''})</span>
                </li>
              ))}
            </ul>
          </details>
        </Message>
      ) : null}
    </div>
  );
}

function Paste({ title, onDone, onCancel }: { title: string; onDone: (text: string) => void; onCancel: () => void }) {
  const [text, setText] = useState('');
  return (
    <form
      className={styles.paste}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) onDone(text);
      }}
    >
      <textarea
        aria-label={`${title} text`}
        placeholder="Paste the text here"
        rows={6}
        value={text}
        // The person has just asked for this field.
        ref={(field) => field?.focus()}
        onChange={(event) => setText(event.target.value)}
      />
      <div className={styles.ways}>
        <Button type="submit" look="primary" disabled={!text.trim()}>
          Use this text
        </Button>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

function whyRefused(file: File, types: string[], maxBytes: number | null): string | null {
  if (file.size === 0) return 'This file is empty. Choose another one, or paste the text.';
  if (maxBytes && file.size > maxBytes) return `This file is larger than ${megabytes(maxBytes)}. Save a shorter version, or paste the text.`;
  if (types.length > 0 && !types.some((type) => file.name.toLowerCase().endsWith(type))) {
    return `This kind of file cannot be read. Use ${types.map((type) => type.slice(1).toUpperCase()).join(', ')}, or paste the text.`;
  }
  return null;
}
