import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Copy, Link2, Users } from 'lucide-react';
import { useRef, useState } from 'react';
import { endShare, listShares, shareSession } from '../../api/calls';
import { sentenceOf } from '../../api/client';
import type { Share } from '../../api/types';
import { when } from '../../text/format';
import { announce } from '../../ui/announce';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Segmented } from '../../ui/Field';
import { Message } from '../../ui/Message';
import styles from './ShareDialog.module.css';

/** Opens the dialog in which links for reviewers are made, copied and ended. */
export function ShareButton({ sessionId }: { sessionId: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<Users aria-hidden="true" />} onClick={() => setOpen(true)}>
        Ask for a review
      </Button>
      {open ? <ShareDialog sessionId={sessionId} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function ShareDialog({ sessionId, onClose }: { sessionId: string; onClose: () => void }) {
  const queries = useQueryClient();
  const reviews = useQuery({ queryKey: ['reviews', sessionId], queryFn: () => listShares(sessionId), staleTime: 0 });
  const [days, setDays] = useState('14');
  const reload = () => queries.invalidateQueries({ queryKey: ['reviews', sessionId] });
  const make = useMutation({ mutationFn: () => shareSession(sessionId, Number(days)), onSettled: reload });
  const end = useMutation({
    mutationFn: (share: Share) => endShare(sessionId, share.share_id),
    onSuccess: (_, share) => {
      announce('The link was ended.');
      if (make.data?.share_id === share.share_id) make.reset();
    },
    onSettled: reload,
  });
  const live = (reviews.data?.shares ?? []).filter((share) => share.live);
  const problem = make.error ?? end.error ?? reviews.error;
  return (
    <Dialog
      open
      onClose={onClose}
      title="Ask for a review"
      description="Whoever has the link reads your questions, answers and feedback, and can comment. They see no document, no sound and not who you are."
    >
      <div className={styles.body}>
        {problem ? (
          <Message tone="error" alert>
            {sentenceOf(problem)}
          </Message>
        ) : null}
        {make.data ? (
          <NewLink address={`${window.location.origin}${make.data.url}`} expires={make.data.expires_at} />
        ) : (
          <div className={styles.make}>
            <Segmented
              label="The link works for"
              value={days}
              onChange={setDays}
              options={[
                { value: '3', title: '3 days' },
                { value: '14', title: '2 weeks' },
                { value: '90', title: '3 months' },
              ]}
            />
            <Button look="primary" icon={<Link2 aria-hidden="true" />} busy={make.isPending} onClick={() => make.mutate()}>
              Make a link
            </Button>
          </div>
        )}
        {live.length > 0 ? (
          <section className={styles.live} aria-labelledby="live-links">
            <h3 id="live-links">Links that work</h3>
            <ul>
              {live.map((share) => (
                <li key={share.share_id}>
                  <span>
                    Made {inSentence(when(share.created_at))}
                    <span className={styles.until}>until {when(share.expires_at)}</span>
                  </span>
                  <Button busy={end.isPending && end.variables.share_id === share.share_id} aria-label={`End the link made ${inSentence(when(share.created_at))}`} onClick={() => end.mutate(share)}>
                    End
                  </Button>
                </li>
              ))}
            </ul>
          </section>
        ) : null}
      </div>
    </Dialog>
  );
}

function NewLink({ address, expires }: { address: string; expires: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address);
      setCopied(true);
      announce('Copied.');
    } catch {
      field.current?.select(); // no clipboard without a secure page: at least it is selected
    }
  };
  return (
    <div className={styles.made}>
      <label htmlFor="share-address">Your link, until {when(expires)}</label>
      <div>
        <input id="share-address" ref={field} readOnly value={address} onFocus={(event) => event.target.select()} />
        <Button look="primary" icon={<Copy aria-hidden="true" />} onClick={() => void copy()}>
          {copied ? 'Copied' : 'Copy'}
        </Button>
      </div>
      <p>Copy it now: for your safety it is not kept here, so it cannot be shown again.</p>
    </div>
  );
}

/** `Today, 14:05` -> `today, 14:05`; months keep their capital. */
const inSentence = (time: string) => time.replace(/^(Today|Yesterday)/, (day) => day.toLowerCase());
