/** The wire contract as the client uses it. What streams in events is checked by the schemas of `events.ts`. */
import type { z } from 'zod';
import type {
  audioSchema,
  citationSchema,
  deliverySchema,
  feedbackSchema,
  questionSchema,
  starSchema,
  transcriptSchema,
  wireErrorSchema,
} from './events';

export type WireError = z.infer<typeof wireErrorSchema>;
export type Citation = z.infer<typeof citationSchema>;
export type Question = z.infer<typeof questionSchema>;
export type Clip = z.infer<typeof audioSchema>;
export type Delivery = z.infer<typeof deliverySchema>;
export type Star = z.infer<typeof starSchema>;
export type Transcript = z.infer<typeof transcriptSchema>;
export type Feedback = z.infer<typeof feedbackSchema>;
export type Point = Feedback['strengths'][number];
export type Score = Feedback['scores'][string];
export type Drill = NonNullable<Feedback['drill']>;
export type Rewrite = Feedback['rewrite'];
export type Gate = NonNullable<Feedback['gate']>;

export const STAR_PARTS = ['situation', 'task', 'action', 'result'] as const;
export type StarPart = (typeof STAR_PARTS)[number];

export type DocumentKind = 'job_description' | 'resume' | 'company' | 'notes';

export interface HiddenText {
  reason: string;
  text: string;
  page?: number | null;
}

export interface DocumentInfo {
  document_id: string;
  kind: DocumentKind;
  title: string;
  status: 'queued' | 'processing' | 'ready' | 'failed';
  chunks?: number;
  characters?: number;
  pages?: number | null;
  hidden?: HiddenText[];
  error?: WireError | null;
  created_at?: string;
}

export interface IngestProgress {
  stage: 'reading' | 'chunking' | 'embedding' | 'indexing';
  done: number;
  total: number;
}

export type SessionState =
  | 'ready'
  | 'recording'
  | 'transcribing'
  | 'thinking'
  | 'speaking'
  | 'paused'
  | 'finished'
  | 'expired';

export interface StoredTurn {
  turn_id: string;
  question: Question;
  outcome: 'running' | 'completed' | 'cancelled' | 'failed';
  retry_of?: string | null;
  spoken?: boolean;
  error?: WireError | null;
  transcript: Transcript | null;
  delivery: Delivery | null;
  star: Star | null;
  context?: Citation[];
  feedback: Feedback | null;
  feedback_text?: string;
  self_rating?: { overall: number; measured: number | null; difference: number | null } | null;
  next_question?: Question | null;
  cut_short?: boolean;
  timings_ms?: Record<string, number>;
  versions?: Record<string, string>;
  created_at?: string;
}

/** When the candidate wants to hear how it was: after each answer, or at the end. */
export type FeedbackTime = 'each' | 'end';

export interface SessionInfo {
  session_id: string;
  state: SessionState;
  stage?: string;
  mode: string;
  practice?: string;
  feedback?: FeedbackTime;
  role?: string | null;
  role_pack?: string | null;
  company?: string | null;
  level?: string | null;
  seniority?: Seniority;
  difficulty?: string;
  question_count: number;
  voice?: boolean;
  voice_speed?: number;
  document_ids?: string[];
  question: Question | null;
  audio?: Clip;
  created_at: string;
  finished_at?: string | null;
  answered?: number;
  turns?: StoredTurn[];
  asked?: Question[];
}

/** What a drill trains. */
export type DrillKind = 'ladder' | 'pushback' | 'result_first';

export interface SessionPlan {
  mode: string;
  role?: string;
  role_pack?: string;
  company?: string;
  level?: string;
  difficulty: string;
  question_count: number;
  language: string;
  document_ids: string[];
  voice: boolean;
  voice_amount?: 'question' | 'short' | 'full';
  voice_speed?: number;
  practice: string;
  feedback: FeedbackTime;
  panel?: string[];
  drill?: DrillKind;
  /** An earlier answer, whose question the interview opens with. */
  again?: { session_id: string; turn_id: string };
}

export interface Choice {
  name: string;
  title: string;
  description?: string;
}

export type Seniority = 'junior' | 'mid' | 'senior';

/** One answer told on every level of a criterion: an example, nobody's own. */
export interface LevelExamples {
  speaker: string;
  question: string;
  levels: Record<string, string>;
}

export interface Catalog {
  modes: (Choice & { minutes_per_question?: number })[];
  role_packs: (Choice & { competencies?: { name: string; title: string; text: string }[]; questions?: number })[];
  languages: { code: string; name: string; native_name: string; spoken: boolean }[];
  difficulties: Choice[];
  practices?: Choice[];
  drills?: (Choice & { name: DrillKind })[];
  panel?: (Choice & { concern?: string })[];
  /** By criterion; levels are "1" to "5". */
  rubrics?: Record<string, { title?: string; levels?: Record<string, string>; examples?: Partial<Record<Seniority, LevelExamples>> }>;
  limits?: {
    audio_seconds?: number;
    document_bytes?: number;
    document_types?: string[];
    answer_characters?: number;
    question_count?: { min: number; max: number; default: number };
  };
  voice_activity?: { end_of_turn_ms?: number; min_speech_ms?: number; interrupt_ms?: number };
  providers?: Record<string, string>;
  disclosure?: string;
}

export interface ReportPoint extends Point {
  turn_id?: string;
  evidence?: Citation[];
  quotes?: Citation[];
}

export interface Report {
  session: {
    session_id?: string;
    mode?: string;
    role?: string | null;
    company?: string | null;
    seniority?: Seniority;
    difficulty?: string;
    question_count?: number;
    answered?: number;
    created_at?: string;
    finished_at?: string | null;
    state?: SessionState;
  };
  summary: string;
  scores: Record<string, { score: number; why: string; trend?: number | null }>;
  competencies?: { competency: string; score: number; answers: number }[];
  delivery: Record<string, number | string | null | undefined>;
  star_coverage: Partial<Record<StarPart, number>>;
  strengths: ReportPoint[];
  gaps: ReportPoint[];
  best_answer: { turn_id?: string; question: string; answer: string; score: number } | null;
  rewritten_answers: { turn_id?: string; question: string; rewrite: Rewrite }[];
  drills: Drill[];
  job_fit: { requirements: { text: string; status: 'evidenced' | 'mentioned' | 'missing'; citations: Citation[] }[] };
  timeline: {
    turn_id: string;
    at?: string;
    question: string;
    kind?: string;
    outcome?: string;
    scored?: boolean;
    retry_of?: string | null;
    words?: number;
    duration_s?: number | null;
  }[];
  claims?: Claim[];
  claims_checked_against?: { document_id: string; title: string }[];
  self_rating?: { self_rating: number; measured: number; difference: number; answers: { turn_id: string; question: string; self_rating: number; measured: number }[] } | null;
}

export interface Claim {
  claim_id: string;
  turn_id: string;
  kind: 'number' | 'title' | 'tool' | 'employer' | 'date';
  text: string;
  char_start: number;
  char_end: number;
  status: 'supported' | 'new' | 'conflict';
  citations: Citation[];
  ask: string | null;
}

/** A read-only link to an interview. */
export interface Share {
  share_id: string;
  created_at: string;
  expires_at: string;
  revoked_at: string | null;
  live: boolean;
}

/** What a reviewer said about an answer, a moment of it, or a place in its text. */
export interface ReviewComment {
  comment_id: string;
  share_id?: string;
  turn_id: string;
  at_s: number | null;
  char_start: number | null;
  char_end: number | null;
  quote: string;
  author_name: string;
  text: string;
  created_at: string;
}

/** An interview as a reviewer sees it. */
export interface Shared {
  session: { mode: string; role: string | null; created_at: string; answers: number };
  turns: {
    turn_id: string;
    retake: boolean;
    question: { number: number; total: number; text: string };
    answer: { text: string; duration_s: number | null; paragraphs: { char_start: number; char_end: number; at_s: number | null }[] };
    feedback: {
      scored: boolean;
      summary: string;
      strengths: Point[];
      gaps: Point[];
      scores: Record<string, { score: number; why: string }>;
    } | null;
  }[];
  comments: ReviewComment[];
  expires_at: string;
}

/** How scores and delivery move over interviews, oldest first. */
export interface Progress {
  sessions: { session_id: string; at: string; mode: string; overall: number | null; answers: number }[];
  competencies: { competency: string; scores: { at: string; score: number }[]; trend: number | null }[];
  delivery: { at: string; words_per_minute: number | null }[];
  streaks: { current: number; longest: number };
  dimensions: Record<string, number>;
  next_drill: Drill | null;
  self_ratings?: { session_id: string; at: string; self_rating: number; measured: number; difference: number; answers: number }[];
}

// --- story bank ------------------------------------------------------------------------------------------------------

export interface Story {
  story_id: string;
  title: string;
  text: string;
  competencies: string[];
  source_session_id: string | null;
  source_turn_id: string | null;
  created_at: string;
  updated_at: string;
  words: number;
  spoken_s: number;
  /** Null where it is not told as one particular time, or not in English. */
  star_parts: StarPart[] | null;
  missing: StarPart[];
  open_places: number;
  first_line: string;
}

/** What the candidate gives of a story; what can be measured about it comes from the server. */
export interface StoryDraft {
  title: string;
  text: string;
  competencies: string[];
  source_session_id?: string;
  source_turn_id?: string;
}

export interface StoryMatch {
  story_id: string;
  title: string;
  match: number;
  fit: 'strong' | 'workable';
  because: string;
}

export interface Coverage {
  role_pack: string;
  title: string;
  stories: number;
  covered: number;
  questions: { text: string; kind: 'bank' | 'requirement'; competency: string | null; citation: Citation; story: StoryMatch | null }[];
  gaps: { kind: 'competency' | 'requirement'; name: string; text: string; question: string; citation: Citation }[];
}

// --- review and the card for the day ---------------------------------------------------------------------------------

export interface ReviewItem {
  question: string;
  competency: string | null;
  dimension: string;
  reason: string;
  score: number;
  drill: Drill;
  box: number;
  answers: number;
  last_at: string;
  due_on: string;
  session_id: string;
  turn_id: string;
  start: SessionPlan;
}

export interface Review {
  due: ReviewItem[];
  coming: ReviewItem[];
  learned: number;
  intervals_days: number[];
}

export interface DayCard {
  session: Report['session'];
  stories: {
    title: string;
    first_line: string;
    spoken_s: number;
    answers: string | null;
    story_id: string | null;
    turn_id: string | null;
    citations: Citation[];
  }[];
  requirements: {
    text: string;
    status: 'evidenced' | 'mentioned' | 'missing';
    say: string | null;
    where: 'story' | 'answer' | 'resume' | null;
    source: string | null;
    citations: Citation[];
  }[];
  numbers: { number: string; said: string; resume: string; citations: Citation[] }[];
  weak_spots: { question: string; dimension: string; fix: string; turn_id: string; citations: Citation[] }[];
  ask_them: { text: string; citations: Citation[] }[];
  label: string;
}
