import { useEffect, useState } from 'react';
import { onAnnounce } from './announce';

const KEPT = 6;

/** Sentences for screen readers. Each is its own paragraph, so that only what is new is read. */
export function LiveRegion() {
  const [said, setSaid] = useState<{ id: number; text: string }[]>([]);
  useEffect(() => {
    let id = 0;
    return onAnnounce((text) => {
      id += 1;
      setSaid((before) => [...before, { id, text }].slice(-KEPT));
    });
  }, []);
  return (
    <div className="visually-hidden" role="log" aria-live="polite" aria-relevant="additions" aria-label="Announcements">
      {said.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
}
