import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { readHttpAnswer } from './http-answer.ts';

export interface ConnectionEvents {
  /** It has nothing to do. */
  readonly free: (connection: LoadConnection) => void;
  /** It takes nothing until it is free again: the server hung up, which it may do while there is nothing to do. */
  readonly broken: (connection: LoadConnection) => void;
  readonly answered: (due: number, status: number) => void;
  readonly failed: (due: number, reason: string) => void;
}

const nothing = Buffer.alloc(0);
/** A server that is not there is not asked more often than this by each connection. */
const reconnectMilliseconds = 100;

/** One connection to the server, with one request at a time; it is opened again when it breaks. */
export class LoadConnection {
  readonly #host: string;
  readonly #port: number;
  readonly #events: ConnectionEvents;
  #socket: Socket | null = null;
  #received: Buffer = nothing;
  #due: number | null = null;
  #closed = false;

  constructor(url: URL, events: ConnectionEvents) {
    this.#host = url.hostname.replace(/^\[|\]$/g, '');
    this.#port = Number(url.port || 80);
    this.#events = events;
  }

  /** When the request under way was due; null when none is. */
  get due(): number | null {
    return this.#due;
  }

  /** Rejects where nobody listens. */
  async open(): Promise<void> {
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
    await once(socket, 'connect');
    this.#socket = socket;
    this.#received = nothing;
    let reason = 'connection closed';
    socket.on('error', (error: NodeJS.ErrnoException) => {
      reason = error.code ?? error.message;
    });
    socket.on('data', (chunk: Buffer) => this.#read(socket, chunk));
    socket.on('close', () => this.#lost(reason));
  }

  send(due: number, bytes: Buffer): void {
    this.#due = due;
    this.#socket!.write(bytes);
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
  }

  #read(socket: Socket, chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    try {
      const answer = readHttpAnswer(this.#received);
      if (answer === null) return;
      const due = this.#due;
      if (due === null) throw new Error('an answer that nobody asked for');
      this.#due = null;
      this.#received = nothing;
      this.#events.answered(due, answer.status);
      if (answer.closes) socket.destroy();
      else this.#events.free(this);
    } catch (error) {
      socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #lost(reason: string): void {
    this.#socket = null;
    const due = this.#due;
    this.#due = null;
    if (this.#closed) return;
    this.#events.broken(this);
    if (due !== null) this.#events.failed(due, reason);
    void this.#reopen();
  }

  async #reopen(): Promise<void> {
    while (!this.#closed) {
      try {
        await this.open();
      } catch {
        // Nobody listens: requests that are due meanwhile wait, which their latency tells.
        await new Promise((resolve) => setTimeout(resolve, reconnectMilliseconds));
        continue;
      }
      if (this.#closed) this.close();
      else this.#events.free(this);
      return;
    }
  }
}
