import { words } from '../../text/format';
import { isTokens, useLastTurn } from './last-turn';
import styles from './SettingsPage.module.css';

/** How long each stage of the last answer took, counted from the end of its upload, and what the language model used. */
export function Diagnostics() {
  const last = useLastTurn();
  const stages = Object.entries(last?.timings ?? {}).filter(([name]) => !isTokens(name));
  const tokens = Object.entries(last?.tokens ?? {});
  const longest = Math.max(1, ...stages.map(([, ms]) => ms));
  return (
    <section aria-labelledby="diagnostics">
      <h3 id="diagnostics">How long each step of your last answer took</h3>
      {stages.length === 0 ? (
        <p>No answer has been given since this page was opened.</p>
      ) : (
        <dl className={styles.stages}>
          {stages
            .sort(([, a], [, b]) => a - b)
            .map(([name, ms]) => (
              <div key={name}>
                <dt>{words(name)}</dt>
                <dd>
                  <span aria-hidden="true">
                    <span style={{ transform: `scaleX(${ms / longest})` }} />
                  </span>
                  {(ms / 1000).toFixed(2)} s
                </dd>
              </div>
            ))}
        </dl>
      )}
      {tokens.length > 0 ? (
        <table className={styles.tokens}>
          <caption>Tokens of the language model</caption>
          <thead>
            <tr>
              <td />
              <th scope="col">Last answer</th>
              <th scope="col">This interview</th>
            </tr>
          </thead>
          <tbody>
            {tokens.map(([name, { turn, interview }]) => (
              <tr key={name}>
                <th scope="row">{words(name.replace(/^llm_|_tokens$/g, ''))}</th>
                <td>{turn.toLocaleString('en')}</td>
                <td>{interview.toLocaleString('en')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </section>
  );
}
