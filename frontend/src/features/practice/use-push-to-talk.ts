/**
 * One control, two habits: hold it to talk and let go to send, or tap it to start and tap it again to stop. The space bar
 * does the same wherever no field, button or link has the focus.
 */
import { type KeyboardEvent as ReactKeyboardEvent, type PointerEvent, useEffect, useMemo, useState } from 'react';

/** A press shorter than this was a tap. */
export const TAP_MS = 350;

export interface TalkActions {
  start: () => void;
  stop: () => void;
  isOn: () => boolean;
  enabled: boolean;
}

export interface TalkButtonProps {
  onPointerDown: (event: PointerEvent) => void;
  onPointerUp: (event: PointerEvent) => void;
  onPointerCancel: (event: PointerEvent) => void;
  onKeyDown: (event: ReactKeyboardEvent) => void;
  onKeyUp: (event: ReactKeyboardEvent) => void;
  onClick: (event: { detail: number }) => void;
}

const NOTHING: TalkActions = { start: () => undefined, stop: () => undefined, isOn: () => false, enabled: false };

/** The rules of pressing, without React. `use` says what starting and stopping mean from now on. */
export function pushToTalk(now: () => number = () => performance.now()) {
  let actions = NOTHING;
  let pressedAt: number | null = null;
  let startedHere = false;
  return {
    use(next: TalkActions): void {
      actions = next;
    },
    press(): void {
      if (pressedAt !== null) return; // a key that repeats
      const { start, isOn, enabled } = actions;
      if (!enabled) return;
      pressedAt = now();
      startedHere = !isOn();
      if (startedHere) start();
    },
    release(): void {
      if (pressedAt === null) return;
      const held = now() - pressedAt;
      pressedAt = null;
      if (!startedHere || held >= TAP_MS) actions.stop();
    },
    /** Assistive technology clicks without pressing. */
    click(): void {
      const { start, stop, isOn, enabled } = actions;
      if (isOn()) stop();
      else if (enabled) start();
    },
    /** The press is over without a release, as when the window loses the focus. */
    lose(): void {
      pressedAt = null;
    },
  };
}

/** What does something of its own with the space bar. */
export const TAKES_SPACE = 'input, textarea, select, button, a, summary, [role="button"], [role="dialog"], [contenteditable="true"]';

export function usePushToTalk(actions: TalkActions): TalkButtonProps {
  const [talk] = useState(() => pushToTalk());
  useEffect(() => talk.use(actions));

  useEffect(() => {
    const elsewhere = (event: KeyboardEvent) =>
      event.code !== 'Space' ||
      event.ctrlKey || event.metaKey || event.altKey ||
      (event.target instanceof Element && event.target.closest(TAKES_SPACE) !== null);
    const down = (event: KeyboardEvent) => {
      if (elsewhere(event)) return;
      event.preventDefault(); // the page must not scroll
      if (!event.repeat) talk.press();
    };
    const up = (event: KeyboardEvent) => {
      if (event.code !== 'Space') return;
      if (!elsewhere(event)) event.preventDefault();
      talk.release();
    };
    window.addEventListener('keydown', down);
    window.addEventListener('keyup', up);
    window.addEventListener('blur', talk.lose);
    return () => {
      window.removeEventListener('keydown', down);
      window.removeEventListener('keyup', up);
      window.removeEventListener('blur', talk.lose);
    };
  }, [talk]);

  return useMemo(
    () => ({
      onPointerDown: (event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture?.(event.pointerId);
        talk.press();
      },
      onPointerUp: () => talk.release(),
      onPointerCancel: () => talk.release(),
      onKeyDown: (event) => {
        if (event.code !== 'Space' && event.code !== 'Enter') return;
        event.preventDefault();
        if (!event.repeat) talk.press();
      },
      onKeyUp: (event) => {
        if (event.code !== 'Space' && event.code !== 'Enter') return;
        event.preventDefault();
        event.stopPropagation();
        talk.release();
      },
      onClick: (event) => {
        if (event.detail === 0) talk.click();
      },
    }),
    [talk],
  );
}
