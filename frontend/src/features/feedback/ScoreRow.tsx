/** One dimension: a number in words, why, and what the number means. */
export function ScoreRow({ title, score, why, anchor }: { title: string; score: number; why: string; anchor?: string }) {
  return (
    <div className="score">
      <div className="score-head"><span>{title}</span><span aria-label={`${score} of 5`}>{score}<span className="muted"> / 5</span></span></div>
      <div className="score-track" aria-hidden="true"><span style={{ width: `${(score / 5) * 100}%` }} /></div>
      <p className="small">{why}</p>
      {anchor && <p className="muted small">{anchor}</p>}
    </div>
  );
}
