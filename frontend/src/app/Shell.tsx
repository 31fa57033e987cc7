import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { ChartLine, LibraryBig, Settings } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import styles from './Shell.module.css';

/** The frame around every page. After a change of page the focus goes to its main part, as a new page would do. */
export function Shell() {
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true });
  }, [path]);
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to the content
      </a>
      <header className={styles.header}>
        <Link to="/" className={styles.brand}>
          <Mark />
          Interview Helper
        </Link>
        <nav aria-label="Main" className={styles.nav}>
          <Place to="/stories" name="Stories" icon={<LibraryBig aria-hidden="true" />} />
          <Place to="/progress" name="Progress" icon={<ChartLine aria-hidden="true" />} />
          <Place to="/settings" name="Settings" icon={<Settings aria-hidden="true" />} />
        </nav>
      </header>
      <main id="main" ref={main} tabIndex={-1} className={styles.main}>
        <Outlet />
      </main>
      <footer className={styles.footer}>
        <p>Practice feedback, not a hiring prediction. The coach is an AI; its voice is synthetic.</p>
      </footer>
    </div>
  );
}

/** A page of the main menu; on a narrow screen only its icon is drawn. */
function Place({ to, name, icon }: { to: '/stories' | '/progress' | '/settings'; name: string; icon: ReactNode }) {
  return (
    <Link to={to} title={name}>
      {icon}
      <span>{name}</span>
    </Link>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="var(--accent)" />
      <path d="M9 13v6M14 9.5v13M19 12v8M24 14.5v3" stroke="var(--on-accent)" strokeWidth="2.6" strokeLinecap="round" />
    </svg>
  );
}
