/** The API: a guest's token, the envelope, and one function a call. */
import type { Catalog, DocumentInfo, Kind, Report, Session, WireError } from './types';

const BASE = '/api/v1';
const TOKEN = 'interview-helper.token';

export class ApiError extends Error {
  constructor(readonly wire: WireError, readonly status: number) {
    super(wire.message_safe);
  }
}

const OFFLINE: WireError = {
  stage: 'unknown', code: 'unreachable', retryable: true, request_id: '-',
  message_safe: 'The server cannot be reached. Please check that it is running, then try again.',
};

let guest: Promise<string> | null = null;

async function newGuest(): Promise<string> {
  const made = await parse<{ access_token: string }>(await fetch(`${BASE}/guests`, { method: 'POST' }));
  localStorage.setItem(TOKEN, made.access_token);
  return made.access_token;
}

/** The token of this browser's guest, made at first use. */
export function token(): Promise<string> {
  const known = localStorage.getItem(TOKEN);
  if (known) return Promise.resolve(known);
  guest ??= newGuest().finally(() => { guest = null; });
  return guest;
}

export function forgetToken(): void {
  localStorage.removeItem(TOKEN);
}

/** A request with the guest's token; a token that is no longer valid is replaced once. */
export async function request(path: string, init: RequestInit = {}, again = true): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('Authorization', `Bearer ${await token()}`);
  let response: Response;
  try {
    response = await fetch(BASE + path, { ...init, headers });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(OFFLINE, 0);
  }
  if (response.status === 401 && again) {
    forgetToken();
    return request(path, init, false);
  }
  return response;
}

export async function parse<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  const body = (await response.json().catch(() => null)) as { data: T; error: WireError | null } | null;
  if (!response.ok || !body) throw new ApiError(body?.error ?? OFFLINE, response.status);
  return body.data;
}

async function call<T>(method: string, path: string, json?: unknown): Promise<T> {
  const init: RequestInit = { method };
  if (json !== undefined) {
    init.body = JSON.stringify(json);
    init.headers = { 'Content-Type': 'application/json' };
  }
  return parse<T>(await request(path, init));
}

export interface Plan {
  mode: string; role: string; company: string; level: string; role_pack: string | null; difficulty: string;
  question_count: number; practice: string; language: string; voice: boolean; document_ids: string[];
}

export const api = {
  catalog: () => call<Catalog>('GET', '/catalog'),
  documents: () => call<{ documents: DocumentInfo[] }>('GET', '/documents').then((d) => d.documents),
  document: (id: string) => call<DocumentInfo>('GET', `/documents/${id}`),
  documentText: (id: string) => call<{ title: string; text: string }>('GET', `/documents/${encodeURIComponent(id)}/text`),
  paste: (kind: Kind, title: string, text: string) => call<DocumentInfo>('POST', '/documents', { kind, title, text }),
  async upload(kind: Kind, file: File): Promise<DocumentInfo> {
    const form = new FormData();
    form.set('kind', kind);
    form.set('file', file);
    return parse<DocumentInfo>(await request('/documents', { method: 'POST', body: form }));
  },
  deleteDocument: (id: string) => call<void>('DELETE', `/documents/${id}`),
  start: (plan: Plan) => call<Session>('POST', '/sessions', plan),
  sessions: () => call<{ sessions: Session[] }>('GET', '/sessions?limit=8').then((s) => s.sessions),
  session: (id: string) => call<Session>('GET', `/sessions/${id}`),
  move: (id: string, state: 'paused' | 'ready' | 'finished') => call<Session>('PATCH', `/sessions/${id}`, { state }),
  deleteSession: (id: string) => call<void>('DELETE', `/sessions/${id}`),
  cancelTurn: (id: string, turn: string) => call<unknown>('DELETE', `/sessions/${id}/turns/${turn}`),
  report: (id: string) => call<Report>('GET', `/sessions/${id}/report`),
  async transcript(id: string, format: 'txt' | 'md' | 'json'): Promise<Blob> {
    return (await request(`/sessions/${id}/transcript?format=${format}`)).blob();
  },
  eraseMe: () => call<{ erased: Record<string, number> }>('DELETE', '/me'),
};

export const isApiError = (error: unknown): error is ApiError => error instanceof ApiError;
export const messageOf = (error: unknown): string =>
  isApiError(error) ? error.wire.message_safe : 'Something went wrong. Please try again.';
