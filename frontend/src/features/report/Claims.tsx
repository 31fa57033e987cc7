import { CircleCheck, CircleHelp, Scale } from 'lucide-react';
import type { Citation, Claim, Report } from '../../api/types';
import { CitationChips } from '../feedback/CitationChip';
import styles from './Claims.module.css';

interface Props {
  claims: Claim[];
  checked: NonNullable<Report['claims_checked_against']>;
  onCite: (citation: Citation, all: Citation[]) => void;
}

const KINDS: Record<Claim['kind'], string> = { number: 'Figure', title: 'Title', tool: 'Tool', employer: 'Employer', date: 'Date' };
const SHOWN = 6;

/** Figures, titles and tools that were said aloud, held against the resume. For the candidate's eyes only. */
export function Claims({ claims, checked, onCite }: Props) {
  if (claims.length === 0) return null;
  const conflicts = claims.filter((claim) => claim.status === 'conflict');
  const fresh = claims.filter((claim) => claim.status === 'new');
  const known = claims.filter((claim) => claim.status === 'supported');
  const asked = fresh.filter((claim) => claim.ask);
  // What nobody would ask about is folded, unless there is nothing else.
  const leading = (asked.length > 0 ? asked : fresh).slice(0, SHOWN);
  const rest = fresh.filter((claim) => !leading.includes(claim));
  return (
    <section aria-labelledby="claims">
      <h2 id="claims">What you said about yourself</h2>
      <p className={styles.note}>
        {checked.length > 0
          ? 'Figures, titles and tools from your answers, compared with your resume. Only you see this. Interviewers ask about what stands out, so be ready for it.'
          : 'Figures, titles and tools from your answers. There was no resume in this interview to compare them with.'}
      </p>
      {conflicts.length > 0 ? (
        <>
          <h3 className={styles.heading}>Told differently in your resume</h3>
          <ul className={styles.claims}>
            {conflicts.map((claim) => (
              <Entry key={claim.claim_id} claim={claim} onCite={onCite} />
            ))}
          </ul>
        </>
      ) : null}
      {fresh.length > 0 ? (
        <>
          <h3 className={styles.heading}>{checked.length > 0 ? 'Not in your resume' : 'Be ready to explain'}</h3>
          <ul className={styles.claims}>
            {leading.map((claim) => (
              <Entry key={claim.claim_id} claim={claim} onCite={onCite} />
            ))}
          </ul>
          {rest.length > 0 ? (
            <details className={styles.more}>
              <summary className={styles.opener}>{rest.length} more, less likely to come up</summary>
              <ul className={styles.claims}>
                {rest.map((claim) => (
                  <Entry key={claim.claim_id} claim={claim} onCite={onCite} />
                ))}
              </ul>
            </details>
          ) : null}
        </>
      ) : null}
      {known.length > 0 ? (
        <details className={styles.more}>
          <summary className={styles.opener}>{known.length === 1 ? 'One is in your resume too' : `${known.length} are in your resume too`}</summary>
          <ul className={styles.claims}>
            {known.map((claim) => (
              <Entry key={claim.claim_id} claim={claim} onCite={onCite} />
            ))}
          </ul>
        </details>
      ) : null}
    </section>
  );
}

const ICONS = { conflict: Scale, new: CircleHelp, supported: CircleCheck } as const;

function Entry({ claim, onCite }: { claim: Claim; onCite: Props['onCite'] }) {
  const Icon = ICONS[claim.status];
  return (
    <li data-status={claim.status}>
      <Icon aria-hidden="true" />
      <div>
        <p className={styles.claim}>
          <span className={styles.kind}>{KINDS[claim.kind]}</span> <q>{claim.text}</q>{' '}
          <CitationChips ids={claim.citations.map((c) => c.citation_id)} citations={claim.citations} onOpen={(citation) => onCite(citation, claim.citations)} />
        </p>
        {claim.ask ? <p className={styles.ask}>{claim.ask}</p> : null}
      </div>
    </li>
  );
}
