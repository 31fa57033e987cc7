/** The interview that is being set up: its defaults come from the catalogue, so that starting takes one click. */
import type { Catalog, DrillKind, FeedbackTime, SessionPlan } from '../../api/types';

export interface PlanDraft {
  mode: string;
  role: string;
  company: string;
  level: string;
  rolePack: string;
  difficulty: string;
  questions: number;
  /** How long it may take; 0: as long as it takes; null: what is usual for so many questions. */
  minutes: number | null;
  practice: string;
  drill: DrillKind;
  feedback: FeedbackTime;
  language: string;
  voice: boolean;
  panel: string[];
}

const named = (choices: readonly { name: string }[] | undefined, wanted: string): string =>
  (choices?.find((choice) => choice.name === wanted) ?? choices?.[0])?.name ?? wanted;

export function defaultsOf(catalog: Catalog): PlanDraft {
  return {
    mode: named(catalog.modes, 'behavioral'),
    role: '',
    company: '',
    level: '',
    rolePack: '',
    difficulty: named(catalog.difficulties, 'medium'),
    questions: catalog.limits?.question_count?.default ?? 5,
    minutes: null,
    practice: named(catalog.practices, 'interview'),
    drill: 'ladder',
    feedback: 'each',
    language: (catalog.languages.find((language) => language.code === 'en') ?? catalog.languages[0])?.code ?? 'en',
    voice: true,
    panel: [],
  };
}

/** How many minutes an interview may take; 0: as long as it takes, as studying and drills do unless a time is wanted. */
export function minutesOf(draft: PlanDraft, catalog: Catalog): number {
  if (draft.minutes !== null) return draft.minutes;
  return draft.practice === 'interview' ? draft.questions * (catalog.modes.find((mode) => mode.name === draft.mode)?.minutes_per_question ?? 3) : 0;
}

/** The body of `POST /sessions`; what was left empty is left out. */
export function planOf(draft: PlanDraft, documentIds: string[]): SessionPlan {
  const given = {
    role: draft.role.trim(),
    company: draft.company.trim(),
    level: draft.level.trim(),
    role_pack: draft.rolePack,
  };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')),
    mode: draft.mode,
    difficulty: draft.difficulty,
    question_count: draft.questions,
    ...(draft.minutes === null ? {} : { minutes: draft.minutes }),
    language: draft.language,
    document_ids: documentIds,
    voice: draft.voice,
    practice: draft.practice,
    ...(draft.practice === 'drill' ? { drill: draft.drill } : {}),
    feedback: draft.feedback,
    ...(draft.panel.length > 0 ? { panel: draft.panel } : {}),
  };
}
