/** The four parts of a story: which can be heard, how strongly, and how much room each takes. */
import { PARTS, type Star } from '../../api/types';
import { titled } from '../../ui/format';

export function StarMeter({ star }: { star: Star }) {
  return (
    <section aria-label="Story parts" className="star">
      {PARTS.map((part) => {
        const share = star[part];
        const words = share.present ? `${Math.round(share.share * 100)} % of the answer` : 'not heard yet';
        return (
          <div key={part} className={`star-part ${share.present ? '' : 'star-missing'}`}>
            <div className="star-head"><span>{titled(part)}</span><span className="muted">{words}</span></div>
            <div className="star-track" aria-hidden="true"><span style={{ width: `${Math.round(share.strength * 100)}%` }} /></div>
          </div>
        );
      })}
    </section>
  );
}
