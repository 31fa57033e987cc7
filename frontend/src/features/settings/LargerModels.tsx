import type { LargerModel } from '../../api/types';
import { gigabytes } from '../../text/format';
import { Button } from '../../ui/Button';
import { here } from '../../ui/here';
import styles from './LanguageModel.module.css';
import groups from './SettingsPage.module.css';

interface Props {
  models: LargerModel[];
  /** The one that is in use. */
  used: string | null;
  onFetch: (model: LargerModel) => void;
  onUse: (model: string, name: string) => void;
}

/** Models that can be fetched: size and licence first, then how far it is, then the way to use it. */
export function LargerModels({ models, used, onFetch, onUse }: Props) {
  return (
    <div className={styles.part}>
      <h3>Can be fetched</h3>
      <p className={groups.hint}>They run on {here()} and need no account.</p>
      <ul className={styles.models}>
        {models.map((model) => {
          const { name, title = name, size_bytes: size, licence, fits = true, state = 'absent', fetched_bytes: have = 0, failed } = model;
          return (
            <li key={name}>
              <div className={styles.about}>
                <p>{title}</p>
                <p className={groups.hint}>
                  {gigabytes(size)} · licence {licence}
                  {fits ? '' : ` · ${here()} has too little memory for it`}
                </p>
                {state === 'fetching' ? (
                  <>
                    <div role="progressbar" aria-label={`Fetching ${title}`} aria-valuenow={Math.round((100 * have) / size)} className={styles.bar}>
                      <span style={{ transform: `scaleX(${Math.min(1, have / size)})` }} />
                    </div>
                    <p className={groups.hint}>
                      {gigabytes(have)} of {gigabytes(size)}
                    </p>
                  </>
                ) : null}
                {failed && state === 'absent' ? <p className={groups.hint}>{failed}</p> : null}
              </div>
              {used === name ? <span className={groups.hint}>In use</span> : null}
              {used !== name && state === 'ready' ? (
                <Button aria-label={`Use ${title}`} onClick={() => onUse(name, title)}>
                  Use
                </Button>
              ) : null}
              {state === 'absent' && fits ? (
                <Button aria-label={`Fetch ${title}`} onClick={() => onFetch(model)}>
                  {have > 0 ? 'Go on' : 'Fetch'}
                </Button>
              ) : null}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
