/** One function for each call that the client makes. */
import { ApiError, call, callOpenly, send, unwrap } from './client';
import type {
  Catalog,
  Coverage,
  DayCard,
  DocumentInfo,
  DocumentKind,
  LanguageModels,
  Progress,
  Report,
  Review,
  ReviewComment,
  SelfCheck,
  SessionInfo,
  SessionPlan,
  Share,
  Shared,
  StoredTurn,
  Story,
  StoryDraft,
  StudyHelp,
} from './types';

const at = encodeURIComponent;

export const getCatalog = () => callOpenly<Catalog>('GET', '/catalog');

// --- documents -------------------------------------------------------------------------------------------------------

export const listDocuments = () => call<{ documents: DocumentInfo[] }>('GET', '/documents').then((d) => d.documents);

export const getDocument = (id: string) => call<DocumentInfo>('GET', `/documents/${at(id)}`);

export const getDocumentText = (id: string) =>
  call<{ title?: string; text: string }>('GET', `/documents/${at(id)}/text`);

/** `consent` names the host whose language model may read the document at once; null where none may yet. */
export const addText = (kind: DocumentKind, title: string, text: string, consent: string | null = null) =>
  call<DocumentInfo>('POST', '/documents', { kind, title, text, ...(consent ? { consent } : {}) });

export async function addFile(kind: DocumentKind, file: File, consent: string | null = null): Promise<DocumentInfo> {
  const form = new FormData();
  form.set('kind', kind);
  if (consent) form.set('consent', consent);
  form.set('file', file);
  return unwrap<DocumentInfo>(await send('/documents', { method: 'POST', body: form }));
}

export const deleteDocument = (id: string) => call<void>('DELETE', `/documents/${at(id)}`);

// --- sessions --------------------------------------------------------------------------------------------------------

/** Days are counted where the person is. */
const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

export const startSession = (plan: SessionPlan) => call<SessionInfo>('POST', '/sessions', { ...plan, time_zone: timeZone() });

export const listSessions = (cursor?: string) =>
  call<{ sessions: SessionInfo[]; next_cursor?: string | null }>(
    'GET',
    `/sessions?limit=10${cursor ? `&cursor=${at(cursor)}` : ''}`,
  );

export const getSession = (id: string) => call<SessionInfo>('GET', `/sessions/${at(id)}`);

export const moveSession = (id: string, state: 'paused' | 'ready' | 'finished') =>
  call<SessionInfo>('PATCH', `/sessions/${at(id)}`, { state });

export const deleteSession = (id: string) => call<void>('DELETE', `/sessions/${at(id)}`);

/** Only where the interview is studied. */
export const getStudyHelp = (id: string) => call<StudyHelp>('GET', `/sessions/${at(id)}/study`);

export const getReport = (id: string) => call<Report>('GET', `/sessions/${at(id)}/report`);

export const getProgress = () => call<Progress>('GET', '/progress');

export const getReview = () => call<Review>('GET', '/review');

export const getCard = (id: string) => call<DayCard>('GET', `/sessions/${at(id)}/card`);

/** `figures`: with scores and measures. */
export async function getReportPdf(id: string, figures: boolean): Promise<Blob> {
  const response = await send(`/sessions/${at(id)}/report.pdf${figures ? '' : '?figures=false'}`);
  if (!response.ok) return unwrap<never>(response);
  return response.blob();
}

export async function getTranscript(id: string, format: 'txt' | 'md' | 'json'): Promise<Blob> {
  const response = await send(`/sessions/${at(id)}/transcript?format=${format}`);
  if (!response.ok) return unwrap<never>(response);
  return response.blob();
}

// --- turns -----------------------------------------------------------------------------------------------------------

export const getTurn = (sessionId: string, turnId: string) =>
  call<StoredTurn>('GET', `/sessions/${at(sessionId)}/turns/${at(turnId)}`);

/** Stop the coach. A turn that has already ended is no error. */
export async function interruptTurn(sessionId: string, turnId: string): Promise<void> {
  try {
    await call<unknown>('DELETE', `/sessions/${at(sessionId)}/turns/${at(turnId)}`);
  } catch (error) {
    if (!(error instanceof ApiError && [404, 409].includes(error.status))) throw error;
  }
}

/** The candidate says that a point is wrong: `strengths.0`, `gaps.1`, `errors.0`. */
export const objectTo = (sessionId: string, turnId: string, point: string, why: string) =>
  call<unknown>('POST', `/sessions/${at(sessionId)}/turns/${at(turnId)}/objections`, { point, ...(why ? { why } : {}) });

/** Which points of the reference the candidate finds in the answer. */
export const tickPoints = (sessionId: string, turnId: string, ticked: readonly string[]) =>
  call<SelfCheck>('PUT', `/sessions/${at(sessionId)}/turns/${at(turnId)}/self_check`, { ticked });

/** Erase what was said, and all that was made of it. */
export const eraseAnswer = (sessionId: string, turnId: string) =>
  call<void>('DELETE', `/sessions/${at(sessionId)}/turns/${at(turnId)}/answer`);

/** Throw away a recording that is no answer. Where it is gone already, so much the better. */
export const dropRecording = (sessionId: string, recordingId: string) =>
  call<void>('DELETE', `/sessions/${at(sessionId)}/recordings/${at(recordingId)}`).catch(() => undefined);

// --- stories ---------------------------------------------------------------------------------------------------------

export const listStories = () => call<{ stories: Story[]; most: number }>('GET', '/stories');

export const keepStory = (draft: StoryDraft) => call<Story>('POST', '/stories', draft);

export const changeStory = (id: string, change: Partial<StoryDraft>) => call<Story>('PATCH', `/stories/${at(id)}`, change);

export const deleteStory = (id: string) => call<void>('DELETE', `/stories/${at(id)}`);

/** Likely questions of an interview, or of a role. */
export const getCoverage = (of: { session_id: string } | { role_pack: string }) =>
  call<Coverage>('GET', `/stories/coverage?${new URLSearchParams(of).toString()}`);

/** How the candidate rates an answer, 1 to 5. */
export const rateMyself = (sessionId: string, turnId: string, overall: number) =>
  call<unknown>('PUT', `/sessions/${at(sessionId)}/turns/${at(turnId)}/self-rating`, { overall });

// --- peer review -----------------------------------------------------------------------------------------------------

export const listShares = (sessionId: string) =>
  call<{ shares: Share[]; comments: ReviewComment[] }>('GET', `/sessions/${at(sessionId)}/shares`);

export const shareSession = (sessionId: string, days: number) =>
  call<Share & { url: string }>('POST', `/sessions/${at(sessionId)}/shares`, { days });

export const endShare = (sessionId: string, shareId: string) =>
  call<void>('DELETE', `/sessions/${at(sessionId)}/shares/${at(shareId)}`);

export const deleteComment = (sessionId: string, commentId: string) =>
  call<void>('DELETE', `/sessions/${at(sessionId)}/comments/${at(commentId)}`);

export const getShared = (token: string) => callOpenly<Shared>('GET', `/shared/${at(token)}`);

export interface NewComment {
  turn_id: string;
  author_name: string;
  text: string;
  at_s?: number;
  char_start?: number;
  char_end?: number;
}

export const leaveComment = (token: string, comment: NewComment) =>
  callOpenly<ReviewComment>('POST', `/shared/${at(token)}/comments`, comment);

// --- language model --------------------------------------------------------------------------------------------------

/** Null where this server offers no choice. */
export async function getLanguageModels(): Promise<LanguageModels | null> {
  try {
    return await call<LanguageModels>('GET', '/language');
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

export const takeLocalModel = (service: string, model: string) => call<unknown>('POST', '/language/local', { service, model });

/** Begin to fetch a larger model; `getLanguageModels` tells how far it is. */
export const fetchLargerModel = (name: string) => call<unknown>('POST', '/language/larger', { name });

export const stopLocalModel = () => call<unknown>('DELETE', '/language/local');

// --- me --------------------------------------------------------------------------------------------------------------

export const eraseMe = () => call<{ erased?: Record<string, number> }>('DELETE', '/me');

/** Everything that is held about this person, as a file. */
export const exportMe = () =>
  call<unknown>('GET', '/me/export').then((all) => new Blob([JSON.stringify(all, null, 2)], { type: 'application/json' }));

/** Ends the token of this browser; what is stored stays. */
export const signOut = () => call<void>('POST', '/auth/logout');
