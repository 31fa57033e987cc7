import type { ButtonHTMLAttributes, ReactNode } from 'react';
import styles from './Button.module.css';

export type ButtonLook = 'primary' | 'secondary' | 'quiet' | 'danger';

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: ButtonLook;
  size?: 'm' | 'l';
  icon?: ReactNode;
  busy?: boolean;
}

/** A button of at least 44 px. While `busy` it keeps its place and its name and cannot be pressed twice. */
export function Button({ look = 'secondary', size = 'm', icon, busy = false, children, className, disabled, ...rest }: Props) {
  const classes = [styles.button, styles[look], styles[size], className].filter(Boolean).join(' ');
  return (
    <button type="button" {...rest} className={classes} disabled={disabled || busy} aria-busy={busy || undefined}>
      {busy ? <span className={styles.spinner} aria-hidden="true" /> : icon}
      {children}
    </button>
  );
}

interface IconProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  label: string;
  children: ReactNode;
}

/** A button that shows only an icon; `label` is its name. */
export function IconButton({ label, children, className, ...rest }: IconProps) {
  return (
    <button type="button" {...rest} className={[styles.icon, className].filter(Boolean).join(' ')} aria-label={label} title={label}>
      {children}
    </button>
  );
}

export const buttonClass = (look: ButtonLook = 'secondary', size: 'm' | 'l' = 'm') =>
  [styles.button, styles[look], styles[size]].join(' ');
