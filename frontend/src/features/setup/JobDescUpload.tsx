/** One document: drop a file, choose it, or paste its text; its reading is shown as it happens. */
import { CircleAlert, CircleCheck, FileText, LoaderCircle, Trash2, Upload } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { api, messageOf } from '../../api/client';
import type { DocumentInfo, Kind } from '../../api/types';

interface Props { kind: Kind; title: string; hint: string; document: DocumentInfo | null; onDocument: (d: DocumentInfo | null) => void }

export function JobDescUpload({ kind, title, hint, document: known, onDocument }: Props) {
  const [problem, setProblem] = useState('');
  const [pasting, setPasting] = useState(false);
  const [text, setText] = useState('');
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const working = known !== null && (known.status === 'queued' || known.status === 'processing');

  useEffect(() => {
    if (!known || !working) return;
    const timer = setInterval(() => {
      api.document(known.document_id).then(onDocument).catch((e: unknown) => setProblem(messageOf(e)));
    }, 250);
    return () => clearInterval(timer);
  }, [known, working, onDocument]);

  const take = async (made: Promise<DocumentInfo>) => {
    setProblem('');
    try {
      onDocument(await made);
      setPasting(false);
      setText('');
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  const choose = (files: FileList | null) => {
    const file = files?.[0];
    if (file) void take(api.upload(kind, file));
  };
  const remove = () => {
    if (known) void api.deleteDocument(known.document_id).catch(() => undefined);
    onDocument(null);
  };

  return (
    <div
      className={`upload ${over ? 'upload-over' : ''} ${known?.status === 'ready' ? 'upload-ready' : ''}`}
      onDragOver={(event) => { event.preventDefault(); setOver(true); }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => { event.preventDefault(); setOver(false); choose(event.dataTransfer.files); }}
    >
      <div className="upload-head"><FileText size={20} aria-hidden="true" /><h3 id={id}>{title}</h3></div>
      {known ? (
        <div className="upload-state" role="status">
          {working && <p><LoaderCircle className="spin" size={18} aria-hidden="true" /> Reading {known.title} ...</p>}
          {known.status === 'ready' && <p><CircleCheck className="good" size={18} aria-hidden="true" /> {known.title} <span className="muted">({known.characters.toLocaleString()} characters)</span></p>}
          {known.status === 'failed' && <p className="problem"><CircleAlert size={18} aria-hidden="true" /> {known.error?.message_safe}</p>}
          {known.hidden.length > 0 && (
            <details><summary>{known.hidden.length} hidden passage{known.hidden.length > 1 ? 's' : ''} found and left out</summary>
              <ul>{known.hidden.map((h) => <li key={h.reason + h.text}>{h.reason}: “{h.text}”</li>)}</ul>
            </details>
          )}
          <button type="button" className="button quiet" onClick={remove}><Trash2 size={16} aria-hidden="true" /> Remove</button>
        </div>
      ) : pasting ? (
        <div className="paste">
          <textarea aria-labelledby={id} rows={7} value={text} onChange={(event) => setText(event.target.value)} placeholder="Paste the text here" />
          <div className="row">
            <button type="button" className="button" disabled={!text.trim()} onClick={() => void take(api.paste(kind, '', text))}>Use this text</button>
            <button type="button" className="button quiet" onClick={() => setPasting(false)}>Cancel</button>
          </div>
        </div>
      ) : (
        <>
          <p className="muted">{hint}</p>
          <div className="row">
            <button type="button" className="button" onClick={() => input.current?.click()}><Upload size={16} aria-hidden="true" /> Choose a file</button>
            <button type="button" className="button quiet" onClick={() => setPasting(true)}>Paste text</button>
          </div>
          <input ref={input} className="visually-hidden" type="file" tabIndex={-1} aria-labelledby={id} accept=".pdf,.docx,.txt,.md" onChange={(event) => choose(event.target.files)} />
        </>
      )}
      {problem && <p className="problem" role="alert">{problem}</p>}
    </div>
  );
}
