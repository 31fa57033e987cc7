import type { ReactNode } from 'react';
import styles from './PageProblem.module.css';

/** Stands for a whole page that cannot be shown: what happened, and where to go from here. */
export function PageProblem({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <section className={styles.problem} role="alert">
      <h1>{title}</h1>
      {children ? <p>{children}</p> : null}
      {actions ? <div className={styles.actions}>{actions}</div> : null}
    </section>
  );
}
