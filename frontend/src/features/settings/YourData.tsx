import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Download, LogOut, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { eraseMe, exportMe, signOut } from '../../api/calls';
import { forgetGuest, sentenceOf } from '../../api/client';
import { inThisBrowser } from '../../audio/learned-pauses';
import { forgetTakes } from '../../audio/takes';
import { announce } from '../../ui/announce';
import { Button } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { Message } from '../../ui/Message';
import { saveFile } from '../../ui/save-file';
import styles from './SettingsPage.module.css';

/** Take it along, leave it behind, or have it erased: a guest's data belongs to this browser alone. */
export function YourData() {
  const [asking, setAsking] = useState<'leave' | 'erase' | null>(null);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const gone = async (told: string) => {
    forgetGuest();
    forgetTakes();
    inThisBrowser.write([]);
    queries.clear();
    setAsking(null);
    announce(told);
    await navigate({ to: '/' });
  };
  const erase = useMutation({ mutationFn: eraseMe, onSuccess: () => gone('Everything was deleted.'), onError: () => setAsking(null) });
  const leave = useMutation({ mutationFn: signOut, onSuccess: () => gone('You have left. This browser no longer opens your practice.'), onError: () => setAsking(null) });
  const save = useMutation({ mutationFn: exportMe, onSuccess: (copy) => saveFile(copy, 'interview-helper-my-data.json') });
  const problem = erase.error ?? leave.error ?? save.error;
  return (
    <section className={styles.group} aria-labelledby="your-data">
      <h2 id="your-data">Your data</h2>
      <p>
        You need no account. What you practise is tied to this browser: only here can your documents, interviews and stories be opened
        again.
      </p>
      {problem ? (
        <Message tone="error" alert>
          {sentenceOf(problem)}
        </Message>
      ) : null}
      <div className={styles.acts}>
        <Button icon={<Download aria-hidden="true" />} busy={save.isPending} onClick={() => save.mutate()}>
          Download a copy
        </Button>
        <Button icon={<LogOut aria-hidden="true" />} onClick={() => setAsking('leave')}>
          Leave this browser
        </Button>
        <Button look="danger" icon={<Trash2 aria-hidden="true" />} onClick={() => setAsking('erase')}>
          Delete everything
        </Button>
      </div>
      <Confirm
        open={asking === 'erase'}
        title="Delete everything?"
        confirm="Delete everything"
        danger
        busy={erase.isPending}
        onCancel={() => setAsking(null)}
        onConfirm={() => erase.mutate()}
      >
        All of your documents, interviews, answers, stories and reports are erased from the server. This cannot be undone.
      </Confirm>
      <Confirm
        open={asking === 'leave'}
        title="Delete your practice before you leave?"
        confirm="Delete everything and leave"
        danger
        busy={erase.isPending}
        other={
          <Button busy={leave.isPending} disabled={erase.isPending} onClick={() => leave.mutate()}>
            Leave without deleting
          </Button>
        }
        onCancel={() => setAsking(null)}
        onConfirm={() => erase.mutate()}
      >
        This browser is the only key to it. If you leave without deleting, your documents and answers stay on the server and nobody can
        open them again through this page, not even you.
      </Confirm>
    </section>
  );
}
