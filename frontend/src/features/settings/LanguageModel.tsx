import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { fetchLargerModel, getLanguageModels, stopLocalModel, takeLocalModel } from '../../api/calls';
import { sentenceOf } from '../../api/client';
import type { LanguageModels } from '../../api/types';
import { gigabytes } from '../../text/format';
import { announce } from '../../ui/announce';
import { Button } from '../../ui/Button';
import { Confirm } from '../../ui/Dialog';
import { here } from '../../ui/here';
import { Message } from '../../ui/Message';
import { LargerModels } from './LargerModels';
import styles from './LanguageModel.module.css';
import groups from './SettingsPage.module.css';

/** The service of a model that was fetched, which this product runs itself. */
const OWN = 'own';
const WATCH_MS = 1000;

/** What a person is asked before it is done. */
type Asking = { what: 'use'; service: string; model: string; name: string } | { what: 'fetch'; model: string; name: string; about: string };

/** Which language model writes, which others are on this machine, and which can be fetched. Absent where the server says nothing of it. */
export function LanguageModel() {
  const queries = useQueryClient();
  const models = useQuery({
    queryKey: ['language'],
    queryFn: getLanguageModels,
    refetchInterval: ({ state }) => (state.data?.larger?.some((one) => one.state === 'fetching') ? WATCH_MS : false),
  });
  const [asking, setAsking] = useState<Asking | null>(null);
  const refresh = () => Promise.all(['language', 'catalog'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  const act = useMutation({
    mutationFn: (asked: Asking) => (asked.what === 'use' ? takeLocalModel(asked.service, asked.model) : fetchLargerModel(asked.model)),
    onSuccess: (_, { what, name }) => announce(what === 'use' ? `${name} is in use.` : `${name} is being fetched.`),
    onSettled: () => {
      setAsking(null);
      return refresh();
    },
  });
  const stop = useMutation({ mutationFn: stopLocalModel, onSuccess: () => announce('The language model is no longer used.'), onSettled: refresh });
  if (!models.data) return null;
  const { author, offered = false, chosen = null, found = [], larger = [] } = models.data;
  const problem = act.error ?? stop.error;
  return (
    <section className={groups.group} aria-labelledby="language-model">
      <h2 id="language-model">Language model</h2>
      {problem ? (
        <Message tone="error" alert>
          {sentenceOf(problem)}
        </Message>
      ) : null}
      <div className={styles.used}>
        <p>{sentenceOfUse(author)}</p>
        {offered && chosen ? (
          <Button busy={stop.isPending} onClick={() => stop.mutate()}>
            Stop using it
          </Button>
        ) : null}
      </div>
      {offered ? (
        <div className={styles.part}>
          <h3>Found on {here()}</h3>
          {found.length > 0 ? (
            <ul className={styles.models}>
              {found.flatMap(({ service, title = service, models: names }) =>
                names.map((model) => (
                  <li key={`${service} ${model}`}>
                    <div>
                      <p>{model}</p>
                      <p className={groups.hint}>{title}</p>
                    </div>
                    {chosen?.service === service && chosen.model === model ? (
                      <span className={groups.hint}>In use</span>
                    ) : (
                      <Button aria-label={`Use ${model} from ${title}`} onClick={() => setAsking({ what: 'use', service, model, name: `${model} from ${title}` })}>
                        Use
                      </Button>
                    )}
                  </li>
                )),
              )}
            </ul>
          ) : (
            <p className={groups.hint}>None. Ollama, LM Studio and llama.cpp are looked for while they run.</p>
          )}
        </div>
      ) : null}
      {larger.length > 0 ? (
        <LargerModels
          models={larger}
          used={chosen?.service === OWN ? chosen.model : null}
          onUse={(model, name) => setAsking({ what: 'use', service: OWN, model, name })}
          onFetch={({ name: model, title: name = model, size_bytes: size, licence, from }) =>
            setAsking({ what: 'fetch', model, name, about: `${gigabytes(size)}${from ? ` from ${from}` : ''}, licence ${licence}.` })
          }
        />
      ) : null}
      <Confirm
        open={asking !== null}
        title={asking ? (asking.what === 'use' ? `Use ${asking.name} on ${here()}?` : `Fetch ${asking.name}?`) : ''}
        confirm={asking?.what === 'fetch' ? 'Fetch it' : 'Use it'}
        busy={act.isPending}
        onCancel={() => setAsking(null)}
        onConfirm={() => asking && act.mutate(asking)}
      >
        {asking?.what === 'fetch'
          ? `${asking.about} You can go on practising meanwhile; it is not used before you say so.`
          : `It will read your documents and answers, and write the questions and the feedback. Nothing leaves ${here()}.`}
      </Confirm>
    </section>
  );
}

function sentenceOfUse({ model, host, local, checked }: LanguageModels['author']): string {
  if (!model) return 'None is in use. Feedback is measured by rules.';
  const where = local ? ` on ${here()}` : host ? ` at ${host}` : '';
  const waits = checked && checked !== 'capable' ? ' It has not passed its first check; until it does, feedback is measured by rules.' : '';
  return `In use: ${model}${where}.${waits}`;
}
