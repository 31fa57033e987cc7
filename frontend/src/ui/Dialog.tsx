/** A modal dialog: the browser's own, which keeps focus inside and closes with Escape. */
import { X } from 'lucide-react';
import { useEffect, useId, useRef, type ReactNode } from 'react';

export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={element} aria-labelledby={id} onClose={onClose} className="dialog">
      <header>
        <h2 id={id}>{title}</h2>
        <button type="button" className="icon-button" onClick={onClose}><X size={20} aria-hidden="true" /><span className="visually-hidden">Close</span></button>
      </header>
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}
