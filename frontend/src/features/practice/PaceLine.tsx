import type { Delivery } from '../../api/types';
import { clock } from '../../text/format';
import styles from './HowMeasured.module.css';

type Window = Delivery['pace'][number];

const WIDTH = 560;
const HEIGHT = 120;
const LEFT = 44;
const EDGE = 8;
const BAND: [number, number] = [110, 190];

/** The pace over an answer, a dot for each window, on the answer's time axis. The values also stand in a hidden table. */
export function PaceLine({ windows, outside }: { windows: Window[]; outside: Pick<Window, 'from_s' | 'to_s'> | null }) {
  const rates = windows.map((w) => w.words_per_minute);
  const low = Math.min(90, ...rates) - 10;
  const high = Math.max(210, ...rates) + 10;
  const middle = ({ from_s: from, to_s: to }: Window) => (from + to) / 2;
  const end = windows.at(-1)?.to_s ?? 1;
  const begin = windows[0]?.from_s ?? 0;
  const x = (at: number) => LEFT + ((at - begin) * (WIDTH - LEFT - EDGE)) / Math.max(1, end - begin);
  const y = (rate: number) => EDGE + ((high - rate) * (HEIGHT - 2 * EDGE)) / (high - low);
  const beyond = (w: Window) => Boolean(outside && w.from_s >= outside.from_s && w.to_s <= outside.to_s);
  return (
    <figure className={styles.figure}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        <rect x={LEFT} width={WIDTH - LEFT} y={y(BAND[1])} height={y(BAND[0]) - y(BAND[1])} rx="4" className={styles.band} />
        {BAND.map((rate) => (
          <text key={rate} x={LEFT - 8} y={y(rate)} dy="0.35em" textAnchor="end" className={styles.label}>
            {rate}
          </text>
        ))}
        <polyline points={windows.map((w) => `${x(middle(w))},${y(w.words_per_minute)}`).join(' ')} className={styles.path} />
        {windows.map((w) => (
          <circle key={w.from_s} cx={x(middle(w))} cy={y(w.words_per_minute)} r="4" className={styles.dot} data-outside={beyond(w) || undefined}>
            <title>{`${clock(w.from_s)} to ${clock(w.to_s)}: ${Math.round(w.words_per_minute)} words a minute`}</title>
          </circle>
        ))}
      </svg>
      <figcaption>
        <span>{clock(begin)}</span>
        <span>words a minute</span>
        <span>{clock(end)}</span>
      </figcaption>
      <table className="visually-hidden">
        <caption>Words a minute along the answer</caption>
        <tbody>
          {windows.map((w) => (
            <tr key={w.from_s}>
              <th scope="row">
                {clock(w.from_s)} to {clock(w.to_s)}
              </th>
              <td>{Math.round(w.words_per_minute)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
