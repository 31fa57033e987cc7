/** Calls of the API: the guest's token, the envelope, and errors that hold a sentence for the person. */
import type { WireError } from './types';

export const BASE = '/api/v1';
const TOKEN_KEY = 'interview-helper.token';

/** What the server (or the lack of one) said instead of an answer. `message` can be shown as it is. */
export class ApiError extends Error {
  constructor(
    readonly wire: WireError,
    readonly status: number,
    readonly retryAfterS: number | null = null,
  ) {
    super(wire.message_safe);
    this.name = 'ApiError';
  }

  get code(): string {
    return this.wire.code;
  }
}

const local = (code: string, message_safe: string): WireError => ({ stage: 'unknown', code, message_safe, retryable: true });

export const unreachable = (): ApiError =>
  new ApiError(local('unreachable', 'The server cannot be reached. Check that it is running, then try again.'), 0);

export const lost = (): ApiError =>
  new ApiError(local('stream_lost', 'The connection was lost for too long. Reload the page: your answer is kept.'), 0);

/** A sentence for any error. */
export function sentenceOf(error: unknown): string {
  return error instanceof ApiError ? error.message : 'Something went wrong in this page. Reload it and try again.';
}

// --- identity --------------------------------------------------------------------------------------------------------

let asking: Promise<string> | null = null;
let remembered: string | null = null;

function stored(): string | null {
  try {
    return localStorage.getItem(TOKEN_KEY) ?? remembered;
  } catch {
    return remembered; // storage is blocked: the guest lives as long as this page
  }
}

function keep(token: string | null): void {
  remembered = token;
  try {
    if (token === null) localStorage.removeItem(TOKEN_KEY);
    else localStorage.setItem(TOKEN_KEY, token);
  } catch {
    // storage is blocked
  }
}

async function newGuest(): Promise<string> {
  const made = await unwrap<{ access_token: string }>(await reach(`${BASE}/guests`, { method: 'POST' }));
  keep(made.access_token);
  return made.access_token;
}

/** The token of this browser's guest; the guest is made on first use, once for all calls that wait. */
async function token(): Promise<string> {
  const known = stored();
  if (known) return known;
  asking ??= newGuest().finally(() => {
    asking = null;
  });
  return asking;
}

/** Forget who this browser is, after everything was erased. */
export function forgetGuest(): void {
  keep(null);
}

// --- calls -----------------------------------------------------------------------------------------------------------

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw unreachable();
  }
}

export type Send = (path: string, init?: RequestInit) => Promise<Response>;

/** A request with the guest's token. A token that is no longer valid is replaced, once. */
export const send: Send = async (path, init = {}) => {
  const attempt = async (): Promise<[Response, string]> => {
    const bearer = await token();
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${bearer}`);
    return [await reach(BASE + path, { ...init, headers }), bearer];
  };
  const [response, used] = await attempt();
  if (response.status !== 401) return response;
  if (stored() === used) forgetGuest();
  return (await attempt())[0];
};

function retryAfter(response: Response): number | null {
  const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : null;
}

/** The payload of an envelope, or the error in it. */
export async function unwrap<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  const body = (await response.json().catch(() => null)) as { data?: T; error?: WireError | null } | null;
  if (response.ok && body && !body.error) return body.data as T;
  throw new ApiError(
    body?.error ?? local('bad_answer', 'The server gave an answer that could not be read. Try again in a moment.'),
    response.status,
    retryAfter(response),
  );
}

export async function call<T>(method: string, path: string, json?: unknown): Promise<T> {
  const init: RequestInit = { method };
  if (json !== undefined) {
    init.body = JSON.stringify(json);
    init.headers = { 'Content-Type': 'application/json' };
  }
  return unwrap<T>(await send(path, init));
}
