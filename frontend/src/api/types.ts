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
/** A stretch of an answer that tells one part of the story. */
export type StarSpan = Star['spans'][number];
export type Transcript = z.infer<typeof transcriptSchema>;
export type Feedback = z.infer<typeof feedbackSchema>;
export type Point = Feedback['strengths'][number];
export type Score = Feedback['scores'][string];
export type Drill = NonNullable<Feedback['drill']>;
export type Rewrite = Feedback['rewrite'];
export type Gate = NonNullable<Feedback['gate']>;
/** The slips of an answer in language practice, and what was looked for. */
export type Corrections = NonNullable<Feedback['corrections']>;
export type Correction = Corrections['items'][number];
/** A wrong fact, a conflict with the resume, a slip: something to check. */
export type ErrorPoint = Feedback['errors'][number];
/** Something that matters more than a score. */
export type Concern = NonNullable<Feedback['concern']>;
/** What the question bank holds, to hold an answer against. */
export type Reference = NonNullable<Feedback['reference']>;

/** Which points of the reference the candidate finds in the answer, and what to practise of the others. */
export interface SelfCheck {
  ticked: string[];
  of?: number;
  checked_at?: string;
  drill?: Drill | null;
}

/** A point of the feedback that the candidate called wrong: `strengths.0`. */
export interface Objection {
  point: string;
  why?: string | null;
  /** The point's own words, where they are known: feedback that was revised may have another point in that place. */
  text?: string | null;
}

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
  /** What to know before an interview; a newer server may name others. */
  notices?: string[];
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
  /** The answer that this one takes the place of. */
  corrects?: string | null;
  /** The answer that ended too soon, and that this one holds as its beginning. */
  continues?: string | null;
  spoken?: boolean;
  error?: WireError | null;
  transcript: Transcript | null;
  delivery: Delivery | null;
  star: Star | null;
  context?: Citation[];
  feedback: Feedback | null;
  feedback_text?: string;
  self_rating?: { overall: number; measured: number | null; difference: number | null } | null;
  /** When the candidate took the answer back. */
  erased_at?: string | null;
  objections?: Objection[];
  self_check?: SelfCheck | null;
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
  /** How long all of it may take; null: as long as it takes. */
  minutes?: number | null;
  timers?: Timers;
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

/** How long an interview has taken without its pauses, and may still take (null: as long as it takes), in seconds. */
export interface Timers {
  elapsed_s: number;
  limit_s?: number | null;
  left_s?: number | null;
}

/** Help with the question that waits, for who studies it. */
export interface StudyHelp {
  question_id: string;
  author: 'model' | 'rules';
  hints: string[];
  example: { text: string; label: string } | null;
}

/** What a drill trains. */
export type DrillKind = 'ladder' | 'pushback' | 'result_first';

export type Tone = 'plain' | 'gentle' | 'blunt';

export interface SessionPlan {
  mode: string;
  role?: string;
  role_pack?: string;
  company?: string;
  level?: string;
  difficulty: string;
  question_count: number;
  /** 0: as long as it takes; absent: what is usual for so many questions. */
  minutes?: number;
  language: string;
  document_ids: string[];
  voice: boolean;
  voice_amount?: 'question' | 'short' | 'full';
  voice_speed?: number;
  /** `rules`: no language model reads anything. */
  author?: 'auto' | 'rules';
  tone?: Tone;
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

/** Who writes the feedback. A model that has not passed its check is named as well, while rules write. */
export interface Author {
  kind: 'model' | 'rules';
  model?: string | null;
  /** Where documents and answers go. */
  host?: string | null;
  /** On the machine of the server. */
  local?: boolean;
  /** Whether a first reply has come back and was proved. */
  checked?: boolean;
}

/** A model that can be fetched and then runs on the machine of the server. */
export interface LargerModel {
  name: string;
  title?: string;
  /** Where it comes from. */
  from?: string;
  size_bytes: number;
  licence: string;
  /** Whether the machine has the memory for it. */
  fits?: boolean;
  state?: 'absent' | 'fetching' | 'ready';
  fetched_bytes?: number;
  failed?: string | null;
}

/** The language model in use, and others that could be. */
export interface LanguageModels {
  author: Omit<Author, 'checked'> & { checked?: string };
  /** Whether a model of this machine may be chosen here. */
  offered?: boolean;
  chosen?: { service: string; model: string } | null;
  /** Services that run on the machine of the server. */
  found?: { service: string; title?: string; models: string[] }[];
  larger?: LargerModel[];
}

export interface Catalog {
  modes: (Choice & { minutes_per_question?: number })[];
  role_packs: (Choice & { field?: string; aliases?: string[]; competencies?: { name: string; title: string; text: string }[]; questions?: number })[];
  languages: { code: string; name: string; native_name: string; spoken: boolean }[];
  difficulties: Choice[];
  practices?: Choice[];
  drills?: (Choice & { name: DrillKind })[];
  panel?: (Choice & { concern?: string; voice?: { pitch: number; pace: number; sounds: string } })[];
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
  author?: Author | null;
  disclosure?: string;
}

/** What is known of a requirement: shown, said by the candidate, ticked by them, not there, or nobody can tell. */
export type FitStatus = 'evidenced' | 'mentioned' | 'ticked' | 'missing' | 'not_judged';

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
  /** `score` is null, and `why` says what it rests on, where no author judged. */
  best_answer: { turn_id?: string; question: string; answer: string; score: number | null; why?: string } | null;
  rewritten_answers: { turn_id?: string; question: string; rewrite: Rewrite }[];
  drills: Drill[];
  job_fit: { requirements: { text: string; says?: string; status: FitStatus; citations: Citation[] }[] };
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
    characters?: number;
    star_spans?: StarSpan[];
  }[];
  corrections?: (Correction & { turn_id: string })[];
  claims?: Claim[];
  claims_checked_against?: { document_id: string; title: string }[];
  self_rating?: { self_rating: number; measured: number; difference: number; answers: { turn_id: string; question: string; self_rating: number; measured: number }[] } | null;
  self_check?: { ticked: number; of: number; answers: { turn_id: string; question: string; ticked: number; of: number }[] } | null;
  author?: 'model' | 'rules';
  /** What to do before the next interview, where an author has written the report. */
  next_steps?: Drill[];
  /** An author is writing one; until it is there this is the rules'. */
  coming?: boolean;
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
  sessions: { session_id: string; at: string; mode: string; overall: number | null; answers: number; unscored?: number }[];
  /** `scores` are an author's; `ticked` of `of` points are the candidate's own verdict. */
  competencies: { competency: string; scores: { at: string; score: number }[]; trend: number | null; answers?: number; ticked?: number; of?: number }[];
  delivery: { at: string; words_per_minute: number | null }[];
  streaks: { current: number; longest: number };
  dimensions: Record<string, number>;
  next_drill: Drill | null;
  self_ratings?: { session_id: string; at: string; self_rating: number; measured: number; difference: number; answers: number }[];
  self_checks?: { session_id: string; at: string; ticked: number; of: number; answers: number }[];
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
  /** A kind word about what is told in it, when it has just been kept. */
  concern?: { kind: string; say: string } | null;
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
  /** Both null where it comes back because few points were ticked. */
  dimension: string | null;
  reason: string;
  score: number | null;
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
    status: FitStatus;
    say: string | null;
    where: 'story' | 'answer' | 'resume' | null;
    source: string | null;
    citations: Citation[];
  }[];
  numbers: { number: string; said: string; resume: string; citations: Citation[] }[];
  weak_spots: { question: string; dimension: string | null; fix: string; turn_id: string; citations: Citation[] }[];
  ask_them: { text: string; citations: Citation[] }[];
  label: string;
}
