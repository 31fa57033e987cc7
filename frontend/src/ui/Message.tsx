import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './Message.module.css';

interface Props {
  tone?: 'info' | 'warn' | 'error';
  title?: string;
  children?: ReactNode;
  actions?: ReactNode;
  /** Tell screen readers at once; for errors that a person has just caused. */
  alert?: boolean;
}

const ICONS = { info: Info, warn: TriangleAlert, error: CircleAlert };

/** A message in the flow of the page: what happened and what to do next. */
export function Message({ tone = 'info', title, children, actions, alert = false }: Props) {
  const Icon = ICONS[tone];
  return (
    <div className={`${styles.message} ${styles[tone]}`} role={alert ? 'alert' : undefined}>
      <Icon aria-hidden="true" />
      <div className={styles.text}>
        {title ? <strong>{title}</strong> : null}
        {children}
        {actions ? <div className={styles.actions}>{actions}</div> : null}
      </div>
    </div>
  );
}
