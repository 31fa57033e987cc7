/** What the scripted server says. */
import { randomUUID } from 'node:crypto';

export const ANSWER =
  'In December the tracking service went down for sixty depots. I was, um, the one on call. I found that a queue had filled up, ' +
  'so I moved the stuck messages aside and restarted the readers. Then I, like, wrote the public report the same day.';

const scale = ['Nothing of it is there yet.', 'A first trace of it.', 'The main line is there, and an important part is thin.', 'Mostly there, with one thing open.', 'All of it, at first hearing.'];

const levels = Object.fromEntries(scale.map((text, at) => [at + 1, text]));
const ladder = { speaker: 'a software engineer', question: 'Tell me about a time you made something faster.', levels: Object.fromEntries(scale.map((_, at) => [at + 1, `Our search page took eight seconds. I read the query plan${', and I measured it again'.repeat(at)}.`])) };
const rubric = { levels, examples: { junior: ladder, mid: ladder, senior: ladder } };

export const CATALOG = {
  modes: [
    { name: 'behavioral', title: 'Behavioral', description: 'Tell stories about what you have done; the coach listens for situation, task, action and result.', minutes_per_question: 3 },
    { name: 'technical', title: 'Technical', description: 'Explain how things work and how you decide; the coach checks the key points.', minutes_per_question: 3 },
    { name: 'cultural_fit', title: 'Culture fit', description: 'What you value and how you work with others.', minutes_per_question: 3 },
    { name: 'intro_call', title: 'Introduction call', description: 'The first call: who you are and why this job.', minutes_per_question: 2 },
    { name: 'language', title: 'Language practice', description: 'A conversation at your pace, to speak more freely.', minutes_per_question: 3 },
    { name: 'free_chat', title: 'Free talk', description: 'Talk about anything around work; nothing is expected.', minutes_per_question: 3 },
  ],
  role_packs: [
    { name: 'backend', title: 'Backend engineering', field: 'software', aliases: ['server developer'] }, { name: 'frontend', title: 'Frontend engineering', field: 'software', aliases: [] },
    { name: 'nursing', title: 'Nursing', field: 'care', aliases: ['staff nurse', 'licensed practical nurse'] }, { name: 'care', title: 'Care assistant', field: 'care', aliases: [] },
    { name: 'hr', title: 'HR generalist and recruiter', field: 'hr', aliases: [] }, { name: 'officer', title: 'Security officer and police officer', field: 'public_service', aliases: [] },
    { name: 'engineer', title: 'Civil engineer, structural and transportation engineer', field: 'engineering', aliases: [] }, { name: 'general', title: 'General behavioural interview', field: 'general', aliases: [] },
  ],
  languages: [{ code: 'en', name: 'English', native_name: 'English', spoken: true }, { code: 'de', name: 'German', native_name: 'Deutsch', spoken: false }],
  difficulties: [
    { name: 'easy', title: 'Easy', description: 'Friendly questions and time to think.' },
    { name: 'medium', title: 'Medium', description: 'What a usual interview asks.' },
    { name: 'hard', title: 'Hard', description: 'Harder questions and more follow-ups.' },
  ],
  practices: [
    { name: 'interview', title: 'Interview', description: 'Question after question with feedback in between.' },
    { name: 'study', title: 'Study', description: 'Take your time and try an answer again.' },
    { name: 'drill', title: 'Drill', description: 'Short rounds on one weak spot.' },
  ],
  panel: [],
  rubrics: { structure: rubric, relevance: rubric, specificity: rubric, impact: rubric, clarity: rubric },
  limits: { audio_seconds: 300, document_bytes: 10485760, document_types: ['.pdf', '.docx', '.txt', '.md'], answer_characters: 12000, question_count: { min: 1, max: 20, default: 5 } },
  providers: { asr: 'mock', tts: 'tone', model: 'mock' },
  author: { kind: 'model', model: 'mock-large', host: 'models.example.com', local: false, checked: true },
  disclosure: 'The coach is an AI and its voice is synthetic. Practice feedback, not a hiring prediction.',
};

export const LANGUAGE = {
  author: { ...CATALOG.author, checked: 'capable' },
  offered: true,
  chosen: null,
  found: [{ service: 'ollama', title: 'Ollama', models: ['qwen3:4b', 'llama3.1:8b'] }],
  larger: [
    { name: 'qwen3-4b-instruct', title: 'Qwen3 4B Instruct', from: 'hub.example/qwen3', size_bytes: 2497281120, licence: 'Apache-2.0', fits: true, state: 'fetching', fetched_bytes: 1107296256, failed: null },
    { name: 'granite-3.3-2b-instruct', title: 'Granite 3.3 2B Instruct', from: 'hub.example/granite', size_bytes: 1545303328, licence: 'Apache-2.0', fits: true, state: 'absent', fetched_bytes: 0, failed: null },
  ],
};

const QUESTIONS = [
  ['opening', 'Tell me about something you did at work that you are proud of.', 'Ownership'],
  ['follow_up', 'What changed in the end, and how could you tell?', 'Ownership'],
  ['main', 'There is a line in the posting on your screen. What have you done that comes closest to it?', 'Problem solving'],
  ['main', 'When did you last have to explain something technical to a person under pressure?', 'Communication'],
  ['closing', 'What would you like to ask us?', 'Motivation'],
];

const BANK = { citation_id: 'P1', source: 'role_pack', document_id: 'pack:backend', title: 'Backend engineering', quote: 'When did you last explain something technical?', char_start: 0, char_end: 46 };

export function nextQuestion(session, documents) {
  const number = session.asked;
  const [kind, text, competency] = QUESTIONS[(number - 1) % QUESTIONS.length];
  const job = documentOf(documents, 'job_description');
  return { question_id: `qst_${randomUUID().slice(0, 6)}`, number, total: session.question_count, text, kind, competency, stage: 'opening', asked_by: null, citations: job && number > 1 ? [quoteOf(job, 'J1', 'cause of incidents'), ...(kind === 'main' && !text.includes('screen') ? [BANK] : [])] : [] };
}

/** How to go on, asked under the present number. */
export const choiceOf = (session) => ({ ...session.question, question_id: `qst_${randomUUID().slice(0, 6)}`, kind: 'clarify', text: 'How would you like to go on? You can stop here, take a break, or have another question.', citations: [], choice: true });

const documentOf = (documents, kind) => [...documents.values()].find((d) => d.kind === kind);

function quoteOf(document, citation_id, wanted) {
  const at = Math.max(0, document.text.indexOf(wanted));
  const start = document.text.lastIndexOf('\n', at) + 1;
  const end = document.text.indexOf('\n', at);
  const quote = document.text.slice(start, end < 0 ? undefined : end);
  return { citation_id, source: 'document', document_id: document.document_id, title: document.title, quote, char_start: start, char_end: start + quote.length };
}

const spanOf = (text, from, to) => {
  const start = Math.max(0, text.indexOf(from));
  const end = text.indexOf(to, start);
  return { quote: text.slice(start, end < 0 ? undefined : end + to.length), char_start: start, char_end: end < 0 ? text.length : end + to.length };
};

export function starOf(text) {
  const sentence = spanOf(text, text.slice(0, 10), '.');
  const did = spanOf(text, 'I found', '.');
  const part = (strength, share, evidence) => ({ present: true, strength, share, evidence: [evidence] });
  const span = (name, { char_start, char_end }) => ({ part: name, char_start, char_end, start_s: null, end_s: null });
  return {
    situation: part(0.72, 0.3, sentence), task: part(0.41, 0.12, sentence), action: part(0.86, 0.58, did),
    result: { present: false, strength: 0, share: 0, evidence: [] }, missing: ['result'], reply_kind: 'story',
    spans: [span('situation', sentence), span('action', did)],
  };
}

/** What the rules say of an answer as long as the model has not: little, and nothing that nobody measured. */
export const rulesOnly = (wire) => ({
  ...wire, author: 'rules', summary: 'A story with a situation and an action; no result was found.', strengths: [], gaps: wire.gaps.slice(0, 1).map((gap) => ({ ...gap, text: 'No result was found. Say what came of it.' })),
  errors: [], scores: {}, rewrite: { text: '', slots: [] }, drill: null, withheld: 0,
});

export const STUDY = {
  author: 'model', hints: ['Name the thing first, then what it cost you.', 'One case is worth more than three rules.'],
  example: { text: 'Last winter our tracking went down for [add: how many] depots. I found the queue that had filled up, moved it aside, and we were back in [add: how long].', label: 'An example, not your answer. Where it says [add: …], only you know what is true.' },
};

const DOUBT = { kind: 'distress', urgent: false, waits: false, say: 'That sounds like a hard time. If it still weighs on you, talk to somebody you trust. We can go on, or stop, as you like.' };
const CONCERN = { kind: 'distress', urgent: false, waits: true, say: 'Thank you for telling me that. This is a practice program, and it cannot help in an emergency. If you are in danger, call your local emergency number or go to somebody now.' };
const REFERENCE = {
  points: [
    { id: 'p1', text: 'An index lets the database find rows without reading the whole table.' },
    { id: 'p2', text: 'It costs space on disk, and every insert and update has to keep it up to date.', requirement: 'Good SQL and some Python' },
    { id: 'p3', text: 'Columns with few different values gain little from it.' },
  ],
  mistakes: [{ id: 'm1', text: 'An index makes inserts faster.', correction: 'It makes them slower: the index is written as well.' }],
  model_answer: 'An index is a sorted structure beside the table, so a lookup takes a few steps instead of a full scan. The price is paid on every write and on disk, so I index what is searched, and I look at the query plan before and after.',
  citations: [],
};
/** Without a model: figures, the parts that were found, and no judgement. */
const MEASURED = {
  summary: 'You kept it to half a minute. I found the situation and what you did.', strengths: [{ text: 'You kept it to half a minute, which leaves room for more.', citations: [] }], gaps: [{ text: 'How it ended is not said yet.', citations: ['A1'] }],
  withheld: 0, rewrite: { text: '', slots: [] }, drill: null,
};
const only = ({ structure, clarity }) => ({ structure, clarity });

const errorsOf = (text) => [
  { quote: text.slice(0, text.indexOf('.')), correction: 'Your resume has this outage in November. Settle on one month before somebody asks.', citation: 'A1' },
  { quote: 'restarted the readers', correction: 'Say “consumers”: a queue has producers and consumers.', citation: null },
];

/** What is said of an answer that its words ask for: see the head of the server. */
function asked(text, documents) {
  const lines = [['job_description', 'J1', 'SQL'], ['resume', 'R1', 'December outage']].flatMap(([kind, id, wanted]) => (documentOf(documents, kind) ? [quoteOf(documentOf(documents, kind), id, wanted)] : []));
  return { errors: text.includes('ERROR') ? errorsOf(text) : [], concern: null, reference: text.includes('POINTS') ? { ...REFERENCE, citations: lines } : null };
}

export function feedbackOf(turn, documents, author = 'model') {
  const fillers = [...turn.text.matchAll(/\b(um|like)\b/g)].map((match) => ({ word: match[0], char_start: match.index }));
  const typed = ['words_per_minute', 'pauses', 'talk_time_s'].map((figure) => ({ figure, why: 'This answer was typed, so there is no sound to measure it on.' }));
  const delivery = {
    words_per_minute: turn.spoken ? 142 : null, filler_count: fillers.length, fillers, hedges: [], fillers_per_minute: turn.spoken ? 5.7 : null,
    pauses: turn.spoken ? { count: 1, longest_s: 2.8 } : null, talk_time_s: turn.spoken ? 18.4 : null, word_count: turn.text.split(/\s+/).length,
    pace: turn.spoken ? [148, 152, 171, 204, 212, 206].map((rate, at) => ({ from_s: at * 5 + 1, to_s: at * 5 + 17, words_per_minute: rate })) : [],
    pace_outside: turn.spoken ? { way: 'fast', from_s: 16, to_s: 42, words_per_minute: 207.3, share: 0.5 } : null, said_i: 4, said_we: 1,
    how: { words_per_minute: 'Words divided by the seconds in which you spoke; long pauses are left out.', pace: 'The same over 15 s of speaking time, from the word times.', filler_count: 'Counted in the transcript. Recognition leaves out many, so there were at least so many.', said_i: 'How often “I” and “we” stand in the transcript.' },
    withheld: turn.spoken ? [] : typed,
  };
  const intent = turn.question.choice || turn.text.includes('SKIP') ? 'skip' : turn.text.includes('INSULT') ? 'insult' : null;
  if (intent) {
    const because = intent === 'skip' ? 'You asked to skip this one, so there is nothing to score.' : 'That is no way to talk to each other. I pause here.';
    return { delivery, streamed: because, wire: { scored: false, not_scored_because: because, intent, summary: because, strengths: [], gaps: [], rewrite: { text: '', slots: [] }, drill: null, scores: {}, citations: [], withheld: 0 } };
  }
  const weighty = turn.text.includes('DOUBT') ? DOUBT : /CONCERN|URGENT/.test(turn.text) ? { ...CONCERN, urgent: turn.text.includes('URGENT') } : null;
  if (weighty) {
    return { delivery, streamed: weighty.say, wire: { author, scored: false, summary: weighty.say, concern: weighty, errors: [], reference: null, strengths: [], gaps: [], rewrite: { text: '', slots: [] }, drill: null, scores: {}, citations: [], withheld: 0 } };
  }
  const resume = documentOf(documents, 'resume');
  const citations = [{ citation_id: 'A1', source: 'answer', document_id: null, title: 'Your answer', ...spanOf(turn.text, 'I found', '.') }];
  if (resume) citations.push(quoteOf(resume, 'R1', 'December outage'));
  const sourced = resume ? ['A1', 'R1'] : ['A1'];
  const summary = 'A story that tells the situation, task and action; the result is still open.';
  const strength = 'You say what you yourself did, step by step, and it can be pictured.';
  const gap = 'The answer stops after the report. Say what came of it: a figure, or what somebody said.';
  const score = (n, why) => ({ score: n, why, anchor: scale[n - 1] });
  const found = {
    delivery,
    streamed: `${summary} ${strength} ${gap}`,
    wire: {
      author, ...asked(turn.text, documents),
      scored: true, summary, strengths: [{ text: strength, citations: ['A1'] }, { text: 'The setting is clear in one sentence.', citations: ['A1'] }], gaps: [{ text: gap, citations: sourced }],
      rewrite: { text: `${turn.text.replace(/ um,| like,/g, '')} [add: what came of it, a figure or what somebody said]`, slots: [{ part: 'result', hint: 'what came of it' }] },
      drill: { title: 'Result first', instruction: 'Say the result of this answer in one sentence, and only then how it came about. 60 seconds.' },
      scores: { structure: score(3, 'Found: situation, task and action. Not found: result.'), relevance: score(4, 'It answers the question, with little beside it.'), specificity: score(3, 'Two concrete details.'), impact: score(1, 'The answer does not say what came of it.'), clarity: score(5, 'No overlong sentence was found.') },
      citations, withheld: 1,
      ...(turn.retry_of ? { compared: { turn_id: turn.retry_of, changes: [{ what: 'structure', before: 2, after: 3, better: true }, { what: 'fillers', before: 4, after: fillers.length, better: true }, { what: 'words', before: 40, after: 52, better: null }] } } : {}),
    },
  };
  return author === 'model' ? found : { ...found, streamed: MEASURED.summary, wire: { ...found.wire, ...MEASURED, scores: only(found.wire.scores) } };
}

export function reportOf(session, documents) {
  const done = session.turns.filter((turn) => turn.feedback?.wire.scored);
  const job = documentOf(documents, 'job_description');
  const first = done[0];
  const rules = session.author === 'rules';
  const checked = session.turns.filter((turn) => turn.self_check);
  const points = (which) => (first ? first.feedback.wire[which].map((p) => ({ ...p, evidence: first.feedback.wire.citations })) : []);
  return {
    session: { ...session, turns: undefined, answered: done.length, label: CATALOG.disclosure },
    summary: done.length ? `${done.length} answers scored. They are strongest in clarity and have most to gain in results: the stories stop before the end.` : 'No answer has been scored yet, so there is nothing to sum up.',
    scores: first ? Object.fromEntries(Object.entries(first.feedback.wire.scores).map(([name, s]) => [name, { score: s.score, why: s.why, trend: done.length > 1 ? 'steady' : null }])) : {},
    competencies: [], delivery: { words_per_minute: 142, filler_count: 4, talk_time_s: 37, word_count: 104, long_pauses: 1, spoken_answers: 1 },
    star_coverage: { situation: 1, task: 0.5, action: 1, result: 0 },
    strengths: points('strengths'), gaps: points('gaps'),
    best_answer: first ? { turn_id: first.id, question: first.question.text, answer: first.text, score: rules ? null : 3.2, why: rules ? 'The one in which you ticked most points.' : 'The highest mean score.' } : null,
    rewritten_answers: done.map((turn) => ({ turn_id: turn.id, question: turn.question.text, rewrite: turn.feedback.wire.rewrite })),
    author: rules ? 'rules' : 'model', coming: false, self_check: checked.length > 0 ? { ...sumOf(checked), answers: checked.map((turn) => ({ turn_id: turn.id, question: turn.question.text, ticked: turn.self_check.ticked.length, of: turn.self_check.of })) } : null,
    next_steps: rules || !first ? [] : [{ title: 'One number', instruction: 'Find the figure that the December outage cost, and say it in your first sentence.' }],
    drills: first ? [first.feedback.wire.drill, { title: 'Numbers', instruction: 'Add one figure to each of your three best stories.' }].filter(Boolean) : [],
    job_fit: {
      requirements: job
        ? [
            { text: 'Experience of finding the cause of incidents, and of writing about them openly', says: 'You find why something broke, and say so in the open', status: rules ? 'mentioned' : 'evidenced', citations: [quoteOf(job, 'J1', 'cause of incidents'), ...(first ? first.feedback.wire.citations : [])] },
            { text: 'Good SQL and some Python', status: rules ? 'ticked' : 'mentioned', citations: [quoteOf(job, 'J2', 'SQL')] },
            { text: 'Clear writing, and patience with people under pressure', status: rules ? 'not_judged' : 'missing', citations: [quoteOf(job, 'J3', 'Clear writing')] },
          ]
        : [],
    },
    timeline: session.turns.map((turn) => ({ turn_id: turn.id, at: '', question: turn.question.text, kind: turn.question.kind, outcome: turn.outcome, scored: Boolean(turn.feedback?.wire.scored), retry_of: turn.retry_of, words: turn.text.split(' ').length, duration_s: turn.spoken ? 21 : null })),
  };
}

const sumOf = (turns) => ({ ticked: turns.reduce((sum, turn) => sum + turn.self_check.ticked.length, 0), of: turns.reduce((sum, turn) => sum + turn.self_check.of, 0) });

export function progressOf(sessions) {
  const done = sessions.filter((s) => s.turns.length > 0);
  const checks = done.map((s) => [s, s.turns.filter((turn) => turn.self_check)]).filter(([, turns]) => turns.length > 0);
  return {
    sessions: done.map((s) => ({ session_id: s.session_id, at: s.created_at, mode: s.mode, overall: s.author === 'rules' ? null : 3, answers: s.turns.length })),
    competencies: [], delivery: [], streaks: { current: 1, longest: 1 }, dimensions: { structure: 3, impact: 2 }, next_drill: null,
    self_checks: checks.map(([s, turns]) => ({ session_id: s.session_id, at: s.created_at, ...sumOf(turns), answers: turns.length })),
  };
}

/** A quiet tone as WAV, 16 kHz. */
export function tone(seconds) {
  const rate = 16000;
  const samples = Math.round(rate * seconds);
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let at = 0; at < samples; at += 1) wav.writeInt16LE(Math.round(3000 * Math.sin((at / rate) * 2 * Math.PI * 220)), 44 + at * 2);
  return wav;
}
