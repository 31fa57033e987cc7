/** The wire contract, as the client uses it. */

export type Kind = 'job_description' | 'resume' | 'company' | 'notes';

export interface WireError {
  stage: string;
  code: string;
  message_safe: string;
  retryable: boolean;
  request_id: string;
  details?: Record<string, unknown>;
}

export interface Hidden { reason: string; text: string; page: number | null }

export interface DocumentInfo {
  document_id: string;
  kind: Kind;
  title: string;
  status: 'queued' | 'processing' | 'ready' | 'failed';
  chunks: number;
  characters: number;
  pages: number | null;
  hidden: Hidden[];
  error: WireError | null;
}

export interface Citation {
  citation_id: string;
  source: 'document' | 'role_pack' | 'answer';
  document_id: string | null;
  title: string;
  quote: string;
  char_start: number;
  char_end: number;
}

export interface Question {
  question_id: string;
  number: number;
  total: number;
  text: string;
  kind: 'opening' | 'main' | 'follow_up' | 'clarify' | 'closing';
  competency: string | null;
  stage: string;
  asked_by: string | null;
  citations: Citation[];
}

export interface Clip {
  index: number;
  role: 'feedback' | 'question';
  text: string;
  mime: string;
  duration_ms: number;
  url: string;
}

export interface Delivery {
  words_per_minute: number | null;
  filler_count: number | null;
  fillers: { word: string; char_start: number }[];
  pauses: { count: number; longest_s: number } | null;
  talk_time_s: number | null;
  word_count: number;
  fillers_per_minute: number | null;
  withheld: { figure: string; why: string }[];
}

export const PARTS = ['situation', 'task', 'action', 'result'] as const;
export type Part = (typeof PARTS)[number];

export interface Share {
  present: boolean;
  strength: number;
  share: number;
  evidence: { quote: string; char_start: number; char_end: number }[];
}

export type Star = Record<Part, Share> & { missing: Part[]; reply_kind: string };

export interface Score { score: number; why: string; anchor: string }
export interface Point { text: string; citations: string[] }
export interface Rewrite { text: string; slots: { part: Part; hint: string }[] }
export interface Drill { title: string; instruction: string }
export interface Change { what: string; before: number | string | null; after: number | string | null; better: boolean | null }

export interface Feedback {
  scored: boolean;
  not_scored_because?: string;
  summary: string;
  strengths: Point[];
  gaps: Point[];
  rewrite: Rewrite;
  drill: Drill | null;
  scores: Record<string, Score>;
  citations: Citation[];
  withheld: number;
  compared?: { turn_id: string; changes: Change[] };
}

export interface Transcript { text: string; language: string; duration_s: number | null }

interface Stamp { turn_id: string; seq: number; at_ms: number }

interface Payloads {
  'turn.started': { question_id: string; state: string };
  'transcript.partial': { text: string; stable_chars: number };
  'transcript.final': Transcript;
  delivery: Delivery;
  star: Star;
  'context.found': { citations: Citation[] };
  'feedback.delta': { text: string; offset: number };
  'feedback.final': Feedback;
  'question.delta': { text: string; offset: number };
  'question.final': { question: Question };
  audio: Clip;
  notice: { stage: string; code: string; message_safe: string };
  'turn.failed': { error: WireError };
  'turn.ended': { outcome: 'completed' | 'cancelled' | 'failed'; state: string; timings_ms: Record<string, number> };
}

export type TurnEvent = { [N in keyof Payloads]: { name: N; data: Payloads[N] & Stamp } }[keyof Payloads];

export interface StoredTurn {
  turn_id: string;
  question: Question;
  outcome: string;
  transcript: Transcript | null;
  feedback: Feedback | null;
  feedback_text: string;
  delivery: Delivery | null;
  star: Star | null;
}

export interface Session {
  session_id: string;
  state: string;
  mode: string;
  role: string | null;
  company: string | null;
  question_count: number;
  question: Question | null;
  audio?: Clip;
  created_at: string;
  answered?: number;
  turns?: StoredTurn[];
}

export interface Catalog {
  modes: { name: string; title: string; description: string }[];
  role_packs: { name: string; title: string }[];
  languages: { code: string; title: string; voice: boolean }[];
  difficulties: { name: string; title: string; description: string }[];
  practices: { name: string; title: string; description: string }[];
  rubrics: Record<string, { title: string; levels: Record<string, string> }>;
  limits: { audio_seconds: number; document_bytes: number; document_types: string[] };
  providers: Record<string, string>;
  disclosure: string;
}

export interface Report {
  session: { mode: string; role: string | null; answered: number; question_count: number; label: string; created_at: string };
  summary: string;
  scores: Record<string, { score: number; why: string; trend: string | null }>;
  delivery: Record<string, number | null>;
  star_coverage: Record<Part, number>;
  strengths: (Point & { evidence: Citation[] })[];
  gaps: (Point & { evidence: Citation[] })[];
  best_answer: { question: string; answer: string; score: number } | null;
  rewritten_answers: { turn_id: string; question: string; rewrite: Rewrite }[];
  drills: Drill[];
  job_fit: { requirements: { text: string; status: 'evidenced' | 'mentioned' | 'missing'; citations: Citation[] }[] };
  timeline: { turn_id: string; question: string; words: number; scored: boolean }[];
}
