/** One function for each call that the client makes. */
import { ApiError, call, callOpenly, send, unwrap } from './client';
import type {
  Catalog,
  Coverage,
  DayCard,
  DocumentInfo,
  DocumentKind,
  Progress,
  Report,
  Review,
  ReviewComment,
  SessionInfo,
  SessionPlan,
  Share,
  Shared,
  StoredTurn,
  Story,
  StoryDraft,
} from './types';

const at = encodeURIComponent;

export const getCatalog = () => callOpenly<Catalog>('GET', '/catalog');

// --- documents -------------------------------------------------------------------------------------------------------

export const listDocuments = () => call<{ documents: DocumentInfo[] }>('GET', '/documents').then((d) => d.documents);

export const getDocument = (id: string) => call<DocumentInfo>('GET', `/documents/${at(id)}`);

export const getDocumentText = (id: string) =>
  call<{ title?: string; text: string }>('GET', `/documents/${at(id)}/text`);

export const addText = (kind: DocumentKind, title: string, text: string) =>
  call<DocumentInfo>('POST', '/documents', { kind, title, text });

export async function addFile(kind: DocumentKind, file: File): Promise<DocumentInfo> {
  const form = new FormData();
  form.set('kind', kind);
  form.set('file', file);
  return unwrap<DocumentInfo>(await send('/documents', { method: 'POST', body: form }));
}

export const deleteDocument = (id: string) => call<void>('DELETE', `/documents/${at(id)}`);

// --- sessions --------------------------------------------------------------------------------------------------------

export const startSession = (plan: SessionPlan) => call<SessionInfo>('POST', '/sessions', plan);

export const listSessions = (cursor?: string) =>
  call<{ sessions: SessionInfo[]; next_cursor?: string | null }>(
    'GET',
    `/sessions?limit=10${cursor ? `&cursor=${at(cursor)}` : ''}`,
  );

export const getSession = (id: string) => call<SessionInfo>('GET', `/sessions/${at(id)}`);

export const moveSession = (id: string, state: 'paused' | 'ready' | 'finished') =>
  call<SessionInfo>('PATCH', `/sessions/${at(id)}`, { state });

export const deleteSession = (id: string) => call<void>('DELETE', `/sessions/${at(id)}`);

export const getReport = (id: string) => call<Report>('GET', `/sessions/${at(id)}/report`);

export const getProgress = () => call<Progress>('GET', '/progress');

export const getReview = () => call<Review>('GET', '/review');

export const getCard = (id: string) => call<DayCard>('GET', `/sessions/${at(id)}/card`);

export async function getReportPdf(id: string): Promise<Blob> {
  const response = await send(`/sessions/${at(id)}/report.pdf`);
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

// --- me --------------------------------------------------------------------------------------------------------------

export const eraseMe = () => call<{ erased?: Record<string, number> }>('DELETE', '/me');

/** Everything that is held about this person, as a file. */
export const exportMe = () =>
  call<unknown>('GET', '/me/export').then((all) => new Blob([JSON.stringify(all, null, 2)], { type: 'application/json' }));

/** Ends the token of this browser; what is stored stays. */
export const signOut = () => call<void>('POST', '/auth/logout');
