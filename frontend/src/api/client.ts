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

export type Send = (path: string, init?: RequestInit) => Promise<Response>;

// --- identity --------------------------------------------------------------------------------------------------------

/** Where the token of this browser's guest is kept. */
export interface Keeper {
  get(): string | null;
  set(token: string | null): void;
}

/** Kept in the browser's storage; where that is blocked or full, for as long as this page lives. */
export function keptIn(storage: () => Storage): Keeper {
  let remembered: string | null = null;
  return {
    get: () => {
      try {
        return storage().getItem(TOKEN_KEY) ?? remembered;
      } catch {
        return remembered;
      }
    },
    set: (token) => {
      remembered = token;
      try {
        if (token === null) storage().removeItem(TOKEN_KEY);
        else storage().setItem(TOKEN_KEY, token);
      } catch {
        // storage is blocked or full
      }
    },
  };
}

// --- calls -----------------------------------------------------------------------------------------------------------

async function reach(transport: typeof fetch, url: string, init: RequestInit): Promise<Response> {
  try {
    return await transport(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw unreachable();
  }
}

/**
 * Requests with the guest's token. The guest is made on first use, once for all requests that wait; a token that is no
 * longer valid is replaced, once.
 */
export function asGuest(transport: typeof fetch, keeper: Keeper): Send {
  let asking: Promise<string> | null = null;

  const newGuest = async (): Promise<string> => {
    const made = await unwrap<{ access_token: string }>(await reach(transport, `${BASE}/guests`, { method: 'POST' }));
    keeper.set(made.access_token);
    return made.access_token;
  };
  const token = async (): Promise<string> => {
    const known = keeper.get();
    if (known) return known;
    asking ??= newGuest().finally(() => {
      asking = null;
    });
    return asking;
  };
  return async (path, init = {}) => {
    const attempt = async (): Promise<[Response, string]> => {
      const bearer = await token();
      const headers = new Headers(init.headers);
      headers.set('Authorization', `Bearer ${bearer}`);
      return [await reach(transport, BASE + path, { ...init, headers }), bearer];
    };
    const [response, used] = await attempt();
    if (response.status !== 401) return response;
    if (keeper.get() === used) keeper.set(null);
    return (await attempt())[0];
  };
}

const here = keptIn(() => localStorage);

export const send: Send = asGuest((url, init) => fetch(url, init), here);

/** Forget who this browser is, after everything was erased. */
export function forgetGuest(): void {
  here.set(null);
}

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

function withJson(method: string, json: unknown): RequestInit {
  if (json === undefined) return { method };
  return { method, body: JSON.stringify(json), headers: { 'Content-Type': 'application/json' } };
}

export async function call<T>(method: string, path: string, json?: unknown): Promise<T> {
  return unwrap<T>(await send(path, withJson(method, json)));
}

/** Without anybody's token, and without making a guest: what the holder of a link may do. */
export async function callOpenly<T>(method: string, path: string, json?: unknown): Promise<T> {
  return unwrap<T>(await reach((url, init) => fetch(url, init), BASE + path, withJson(method, json)));
}
