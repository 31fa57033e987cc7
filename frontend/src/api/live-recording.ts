/** Sends sound while it is spoken (contract section 7), so that little is left to do at the end. */
import { ApiError, send as sendToServer, type Send, unwrap } from './client';

/** What has been understood so far; the first `stableChars` characters will not change any more. */
export interface PartialText {
  text: string;
  stableChars: number;
}

/** The pause that lasts now, as the server's turn model judged it. */
export interface JudgedPause {
  /** 0..1: how finished the answer sounds. */
  complete: number;
  /** Seconds of sound that had been heard by then. */
  atS: number;
  /** Seconds of sound that the text covers. */
  textUntilS: number;
}

/** A recording that has reached the server whole. */
export interface SentRecording {
  recordingId: string;
  chunks: number;
}

export interface LiveOptions {
  sessionId: string;
  /** The answer that is given once more; after the end only such a one is taken. */
  retryOf?: string | null;
  onPartial?: (partial: PartialText) => void;
  /** Wanted only where nobody presses a button at the end: the server judges every pause then. */
  onPause?: (pause: JudgedPause) => void;
  send?: Send;
  /** Bytes of one piece: half a second of 16 kHz 16-bit sound. */
  pieceBytes?: number;
  /** Waits between tries, in milliseconds; the last one repeats. */
  backOff?: readonly number[];
}

const MIME = 'audio/L16;rate=16000;endian=little';
const PIECE_BYTES = 16_000;
const BACK_OFF_MS = [200, 500, 1000, 2000] as const;
/** How often the server may lose a recording before we no longer try. */
const RESTARTS = 2;
const FINISH_MS = 1500;

interface ChunkAnswer {
  received: number;
  partial?: { text: string; stable_chars: number };
  turn?: { complete: number; at_s: number; text_until_s: number };
}

/**
 * One recording on its way. Pieces go one after another; a piece that does not arrive is sent again, and a server that
 * has forgotten the recording gets it anew from its first piece. It never throws: `finish` says whether all of it arrived.
 */
export class LiveUpload {
  private readonly pieces: Uint8Array<ArrayBuffer>[] = [];
  private readonly abort = new AbortController();
  private readonly path: string;
  private readonly send: Send;
  private readonly pieceBytes: number;
  private readonly backOff: readonly number[];
  private gathering: Uint8Array<ArrayBuffer>[] = [];
  private gathered = 0;
  private recordingId: string | null = null;
  private sent = 0;
  private restarts = 0;
  private complete = false;
  /** The newest text, and null while nothing was understood. */
  latest: PartialText | null = null;
  private wake: () => void = () => undefined;
  private readonly done: Promise<boolean>;

  constructor(private readonly options: LiveOptions) {
    this.path = `/sessions/${encodeURIComponent(options.sessionId)}/recordings`;
    this.send = options.send ?? sendToServer;
    this.pieceBytes = options.pieceBytes ?? PIECE_BYTES;
    this.backOff = options.backOff ?? BACK_OFF_MS;
    this.done = this.run();
  }

  /** The next bytes of sound. */
  push(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.complete) return;
    this.gathering.push(bytes);
    this.gathered += bytes.length;
    if (this.gathered >= this.pieceBytes) this.cut();
  }

  /** Send what has gathered, though it is little: the answer to it is wanted now. */
  hurry(): void {
    if (this.gathered > 0 && !this.complete) this.cut();
  }

  /** No more sound will come. The recording if all of it arrived within `waitMs`, else null: then send it whole. */
  async finish(waitMs: number = FINISH_MS): Promise<SentRecording | null> {
    if (this.gathered > 0) this.cut();
    this.complete = true;
    this.wake();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), waitMs);
    });
    const arrived = await Promise.race([this.done, late]);
    clearTimeout(timer);
    if (arrived && this.recordingId && this.pieces.length > 0) return { recordingId: this.recordingId, chunks: this.pieces.length };
    this.cancel();
    return null;
  }

  /** Throw it away, here and on the server. */
  cancel(): void {
    this.complete = true;
    this.abort.abort();
    this.wake();
    if (this.recordingId) void this.send(`${this.path}/${this.recordingId}`, { method: 'DELETE' }).catch(() => undefined);
    this.recordingId = null;
  }

  private cut(): void {
    const piece = new Uint8Array(this.gathered);
    let at = 0;
    for (const bytes of this.gathering) {
      piece.set(bytes, at);
      at += bytes.length;
    }
    this.pieces.push(piece);
    this.gathering = [];
    this.gathered = 0;
    this.wake();
  }

  /** Sends until all is sent. False where the server will not have it. */
  private async run(): Promise<boolean> {
    let failures = 0;
    while (!this.abort.signal.aborted) {
      const piece = this.pieces[this.sent];
      if (piece === undefined) {
        if (this.complete) return true;
        await new Promise<void>((resolve) => (this.wake = resolve));
        continue;
      }
      try {
        await this.step(piece);
        failures = 0;
      } catch (error) {
        if (this.abort.signal.aborted || !this.mend(error)) return false;
        await this.pause(this.backOff[Math.min(failures, this.backOff.length - 1)] ?? 0);
        failures += 1;
      }
    }
    return false;
  }

  private async step(piece: Uint8Array<ArrayBuffer>): Promise<void> {
    const { signal } = this.abort;
    if (this.recordingId === null) {
      const headers = { 'Content-Type': 'application/json' };
      const begun = await unwrap<{ recording_id: string }>(await this.send(this.path, { method: 'POST', headers, body: JSON.stringify({ mime: MIME, ...(this.options.onPause ? { end_of_turn: true } : {}), ...(this.options.retryOf ? { retry_of: this.options.retryOf } : {}) }), signal }));
      this.recordingId = begun.recording_id;
    }
    const headers = { 'Content-Type': 'application/octet-stream' };
    const response = await this.send(`${this.path}/${this.recordingId}/chunks/${this.sent}`, { method: 'PUT', headers, body: piece, signal });
    const { partial, turn } = await unwrap<ChunkAnswer>(response);
    this.sent += 1;
    if (partial?.text) {
      this.latest = { text: partial.text, stableChars: partial.stable_chars };
      this.options.onPartial?.(this.latest);
    }
    if (turn) this.options.onPause?.({ complete: turn.complete, atS: turn.at_s, textUntilS: turn.text_until_s });
  }

  /** Whether it makes sense to go on after this error, and from where. */
  private mend(error: unknown): boolean {
    if (!(error instanceof ApiError)) return true; // the network
    const { status, wire } = error;
    const expected = wire.details?.expected;
    if (status === 409 && typeof expected === 'number' && expected < this.sent) {
      this.sent = expected;
      return true;
    }
    if (status === 404 && this.recordingId !== null && this.restarts < RESTARTS) {
      this.restarts += 1;
      this.recordingId = null;
      this.sent = 0;
      return true;
    }
    return status === 0 || status === 429 || status >= 500;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.abort.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      }, { once: true });
    });
  }
}
