import { figure, when } from '../../text/format';
import styles from './ProgressPage.module.css';

interface Props {
  /** What the line shows, for a screen reader. */
  label: string;
  /** In order of time; `at` is ISO 8601. */
  points: { at: string; value: number }[];
  low: number;
  high: number;
  /** A stretch of values that needs no comment. */
  band?: [number, number];
}

const WIDTH = 640;
const HEIGHT = 180;
const EDGE = 14;

/** A line over time. Its values also stand in a table that only screen readers see. */
export function Line({ label, points, low, high, band }: Props) {
  const x = (at: number) => EDGE + (at * (WIDTH - 2 * EDGE)) / Math.max(1, points.length - 1);
  const y = (value: number) => EDGE + ((high - Math.min(high, Math.max(low, value))) * (HEIGHT - 2 * EDGE)) / (high - low);
  const last = points.at(-1);
  return (
    <figure className={styles.figure}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" className={styles.line}>
        {band ? <rect x="0" width={WIDTH} y={y(band[1])} height={y(band[0]) - y(band[1])} className={styles.band} /> : null}
        {[low, (low + high) / 2, high].map((value) => (
          <line key={value} x1="0" x2={WIDTH} y1={y(value)} y2={y(value)} className={styles.grid} />
        ))}
        <polyline points={points.map((point, at) => `${x(at)},${y(point.value)}`).join(' ')} className={styles.path} />
        {points.map((point, at) => (
          <circle key={point.at} cx={x(at)} cy={y(point.value)} r="4.5" className={styles.dot}>
            <title>{`${when(point.at)}: ${figure(point.value)}`}</title>
          </circle>
        ))}
      </svg>
      <figcaption className={styles.ends}>
        <span>{points[0] ? when(points[0].at) : ''}</span>
        {last ? (
          <span>
            {when(last.at)}: <strong>{figure(last.value)}</strong>
          </span>
        ) : null}
      </figcaption>
      <table className={styles.hidden}>
        <caption>{label}</caption>
        <tbody>
          {points.map((point) => (
            <tr key={point.at}>
              <th scope="row">{when(point.at)}</th>
              <td>{figure(point.value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
