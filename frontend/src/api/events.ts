/** The events of a turn and of a session (contract section 6), checked as they arrive. Unknown fields and unknown events are let pass. */
import { z } from 'zod';

// Zod compiles schemas with `new Function` where it may; our content security policy forbids it, so it need not try.
z.config({ jitless: true });

const withDefault = <T extends z.ZodType>(schema: T, value: z.output<T>) => schema.nullish().transform((v) => v ?? value);
const list = <T extends z.ZodType>(schema: T) => withDefault(z.array(schema), []);

export const wireErrorSchema = z.object({
  stage: z.string(),
  code: z.string(),
  message_safe: z.string(),
  retryable: z.boolean(),
  request_id: z.string().nullish(),
  details: z.record(z.string(), z.unknown()).nullish(),
});

export const citationSchema = z.object({
  citation_id: z.string(),
  source: z.enum(['document', 'role_pack', 'answer']),
  document_id: z.string().nullish(),
  title: withDefault(z.string(), ''),
  quote: z.string(),
  char_start: z.number(),
  char_end: z.number(),
});

export const questionSchema = z.object({
  question_id: z.string(),
  number: z.number(),
  total: z.number(),
  text: z.string(),
  kind: z.string(),
  competency: z.string().nullish(),
  stage: z.string().nullish(),
  asked_by: z.string().nullish(),
  citations: list(citationSchema),
  hints: list(z.string()),
  time_limit_s: z.number().nullish(),
  goal: z.string().nullish(),
  /** That the time of the interview is nearly up (`little`) or up (`none`), which its text says first. */
  time_left: z.string().nullish(),
  /** It asks how to go on, after something that matters more than the practice: no interview question. */
  choice: z.boolean().nullish(),
});

export const audioSchema = z.object({
  index: z.number(),
  role: z.enum(['feedback', 'question']),
  text: withDefault(z.string(), ''),
  mime: z.string(),
  duration_ms: z.number().nullish(),
  url: z.string().nullish(),
  data: z.string().nullish(),
});

export const transcriptSchema = z.object({
  text: z.string(),
  language: z.string().nullish(),
  duration_s: z.number().nullish(),
  words: list(z.object({ w: z.string(), start_s: z.number(), end_s: z.number(), p: z.number().nullish() })),
});

const filler = z.object({ word: z.string(), char_start: z.number() });

const paceWindow = z.object({ from_s: z.number(), to_s: z.number(), words_per_minute: z.number() });

export const deliverySchema = z.object({
  words_per_minute: z.number().nullish(),
  filler_count: z.number().nullish(),
  fillers: list(filler),
  hedges: list(filler),
  pauses: z.object({ count: z.number(), longest_s: z.number() }).nullish(),
  hesitations: z.object({ count: z.number(), at_s: list(z.number()), how: z.string().nullish() }).nullish(),
  pace: list(paceWindow),
  pace_outside: paceWindow.extend({ way: z.enum(['fast', 'slow']) }).nullish(),
  said_i: z.number().nullish(),
  said_we: z.number().nullish(),
  how: withDefault(z.record(z.string(), z.string()), {}),
  talk_time_s: z.number().nullish(),
  word_count: z.number().nullish(),
  word_variety: z.number().nullish(),
  fillers_per_minute: z.number().nullish(),
  withheld: list(z.object({ figure: z.string(), why: z.string() })),
});

const starPart = z.enum(['situation', 'task', 'action', 'result']);
const starShare = z.object({
  present: z.boolean(),
  strength: z.number(),
  share: z.number(),
  evidence: list(z.object({ quote: z.string(), char_start: z.number(), char_end: z.number() })),
});

const starSpan = z.object({ part: starPart, char_start: z.number(), char_end: z.number(), start_s: z.number().nullish(), end_s: z.number().nullish() });

export const starSchema = z.object({
  situation: starShare,
  task: starShare,
  action: starShare,
  result: starShare,
  missing: list(starPart),
  reply_kind: z.string().nullish(),
  spans: list(starSpan),
});

const point = z.object({ text: z.string(), citations: list(z.string()) });
const figureOrWord = z.union([z.number(), z.string()]).nullish();

export const feedbackSchema = z.object({
  scored: z.boolean(),
  not_scored_because: z.string().nullish(),
  intent: z.string().nullish(),
  summary: withDefault(z.string(), ''),
  strengths: list(point),
  gaps: list(point),
  rewrite: withDefault(
    z.object({ text: z.string(), slots: list(z.object({ part: z.string(), hint: z.string() })) }),
    { text: '', slots: [] },
  ),
  drill: z.object({ title: z.string(), instruction: z.string(), why: z.string().nullish() }).nullish(),
  scores: withDefault(
    z.record(z.string(), z.object({ score: z.number(), why: withDefault(z.string(), ''), anchor: withDefault(z.string(), '') })),
    {},
  ),
  citations: list(citationSchema),
  withheld: withDefault(z.number(), 0),
  /** Null where the feedback is older than that it was said. */
  author: z.enum(['model', 'rules']).nullish(),
  errors: list(
    z.object({ quote: z.string(), correction: z.string(), citation: z.string().nullish(), char_start: z.number().nullish(), char_end: z.number().nullish() }),
  ),
  concern: z.object({ kind: z.string(), say: z.string(), urgent: z.boolean().nullish(), waits: z.boolean().nullish() }).nullish(),
  reference: z
    .object({
      points: list(z.object({ id: z.string(), text: z.string(), requirement: z.string().nullish() })),
      mistakes: list(z.object({ id: z.string(), text: z.string(), correction: withDefault(z.string(), '') })),
      model_answer: withDefault(z.string(), ''),
      citations: list(citationSchema),
    })
    .nullish(),
  gate: z.object({ title: z.string(), passed: z.boolean().nullable(), why: z.string(), quote: z.string().nullish() }).nullish(),
  corrections: z
    .object({
      language: z.string(),
      items: list(
        z.object({
          rule: withDefault(z.string(), ''),
          quote: z.string(),
          better: z.string(),
          why: withDefault(z.string(), ''),
          why_here: withDefault(z.string(), ''),
          citation: withDefault(z.string(), ''),
        }),
      ),
      note: withDefault(z.string(), ''),
    })
    .nullish(),
  compared: z
    .object({
      turn_id: z.string(),
      changes: list(z.object({ what: z.string(), before: figureOrWord, after: figureOrWord, better: z.boolean().nullish() })),
    })
    .nullish(),
});

const delta = z.object({ text: z.string(), offset: z.number() });
const stamp = { turn_id: z.string(), seq: z.number().int(), at_ms: withDefault(z.number(), 0) };

const payloads = {
  'turn.started': z.object({ question_id: z.string(), state: z.string().nullish() }),
  'transcript.partial': z.object({ text: z.string(), stable_chars: withDefault(z.number(), 0) }),
  'transcript.final': transcriptSchema,
  delivery: deliverySchema,
  star: starSchema,
  'context.found': z.object({ citations: list(citationSchema) }),
  'feedback.delta': delta,
  'feedback.final': feedbackSchema,
  'question.delta': delta,
  'question.final': z.object({ question: questionSchema }),
  audio: audioSchema,
  notice: z.object({ stage: z.string(), code: z.string(), message_safe: z.string() }),
  'turn.failed': z.object({ error: wireErrorSchema }),
  'turn.ended': z.object({
    outcome: z.enum(['completed', 'cancelled', 'failed']),
    state: z.string().nullish(),
    timings_ms: withDefault(z.record(z.string(), z.number()), {}),
    versions: withDefault(z.record(z.string(), z.string()), {}),
  }),
} as const;

type Payloads = typeof payloads;
type Stamp = { turn_id: string; seq: number; at_ms: number };

export type EventName = keyof Payloads;
/** One event of a turn: its name, where it stands in the turn, and what it says. */
export type TurnEvent = { [N in EventName]: { name: N; data: z.infer<Payloads[N]> & Stamp } }[EventName];
/** An event that this client does not know, or cannot read: it only moves the stream on. */
export type UnknownEvent = { name: 'unknown'; data: Stamp };

const stampSchema = z.object(stamp);

/** Read one event. Returns null where it is no event of a turn at all (no JSON, no `turn_id`, no `seq`). */
export function parseEvent(name: string, json: string): TurnEvent | UnknownEvent | null {
  const raw = parsedJson(json);
  const place = stampSchema.safeParse(raw);
  if (!place.success) return null;
  const schema = Object.hasOwn(payloads, name) ? payloads[name as EventName] : undefined;
  const payload = schema?.safeParse(raw);
  if (!payload?.success) return { name: 'unknown', data: place.data };
  return { name, data: { ...payload.data, ...place.data } } as TurnEvent;
}

// --- what happens outside a turn ---------------------------------------------------------------------------------------

const news = {
  'feedback.revised': z.object({ turn_id: z.string(), feedback: feedbackSchema }),
  'plan.ready': z.object({ questions: list(z.unknown()) }),
  state: z.object({ state: z.string() }),
} as const;

type News = typeof news;
/** One event of a session: points that came after their turn had ended, a plan that is done, a new state. */
export type SessionEvent = { [N in keyof News]: { name: N; data: z.infer<News[N]> } }[keyof News];

/** Read one event of a session. Returns null where this client does not know it, or cannot read it. */
export function parseSessionEvent(name: string, json: string): SessionEvent | null {
  if (!Object.hasOwn(news, name)) return null;
  const data = news[name as keyof News].safeParse(parsedJson(json)).data;
  return data ? ({ name, data } as SessionEvent) : null;
}

function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
