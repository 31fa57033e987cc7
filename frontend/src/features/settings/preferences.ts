/** What this browser remembers: looks, sound and habits. Nothing that was said or uploaded is ever kept here. */
import { useSyncExternalStore } from 'react';
import { z } from 'zod';
import type { SessionPlan } from '../../api/types';

const KEY = 'interview-helper.preferences';

/** What is measured of how an answer was said; each can be switched off. */
export const FIGURES = ['talking', 'words', 'pace', 'fillers', 'pauses', 'i_we'] as const;
export type FigureName = (typeof FIGURES)[number];

const schema = z.object({
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  volume: z.number().min(0).max(1).catch(1),
  muted: z.boolean().catch(false),
  /** Calm practice: no scores and no figures anywhere, only words. */
  hideScores: z.boolean().catch(false),
  /** Whether the microphone stays open in interviews: how the last answer by voice was given. */
  handsFree: z.boolean().catch(false),
  voiceAmount: z.enum(['question', 'short', 'full']).catch('short'),
  /** 1 is the voice's own pace. */
  voiceSpeed: z.number().min(0.7).max(1.3).catch(1),
  /** Feedback of an answer waits until its candidate has rated it, or does not want to. */
  rateFirst: z.boolean().catch(false),
  /** Who writes the feedback: a language model where one is connected, or rules alone. */
  author: z.enum(['auto', 'rules']).catch('auto'),
  tone: z.enum(['plain', 'gentle', 'blunt']).catch('plain'),
  /** The host whose language model may read documents as soon as they are added; empty where none may. */
  readsAtOnce: z.string().catch(''),
  /** Figures of delivery that are not shown. */
  hiddenFigures: z.array(z.string()).catch([]).transform((names) => FIGURES.filter((name) => names.includes(name))),
});

export type Preferences = z.infer<typeof schema>;

function read(): Preferences {
  try {
    return schema.parse(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    return schema.parse({});
  }
}

let current = read();
const listeners = new Set<() => void>();

export function setPreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // storage is blocked: it holds for this page
  }
  applyTheme();
  for (const listener of listeners) listener();
}

/** How the coach of an interview that begins now is to speak; what is usual is left out. */
export const coachWishes = (): Pick<SessionPlan, 'author' | 'tone'> => ({
  ...(current.author === 'rules' ? { author: 'rules' } : {}),
  ...(current.tone === 'plain' ? {} : { tone: current.tone }),
});

/** The same, with its voice. */
export const wishes = (): Partial<SessionPlan> => ({ voice_amount: current.voiceAmount, voice_speed: current.voiceSpeed, ...coachWishes() });

/** The theme is an attribute of the document, so that style sheets alone decide how it looks. */
export function applyTheme(): void {
  const root = document.documentElement;
  if (current.theme === 'system') root.removeAttribute('data-theme');
  else root.setAttribute('data-theme', current.theme);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
