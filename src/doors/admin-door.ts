import { createHash, timingSafeEqual } from 'node:crypto';
import { UnderstudyError } from '../errors.ts';

export interface AdminDoorOptions {
  /** Null for none: then only this machine itself may change the server. */
  readonly token: string | null;
  /** Whether callers on this machine need it, too. */
  readonly always: boolean;
}

/** What is known of who calls. */
export interface Caller {
  /** The other end of the connection. */
  readonly address: string | undefined;
  /** As the header has it: `Bearer …`. */
  readonly authorization: string | undefined;
  /** Whether a proxy says that it passes a call on. */
  readonly isForwarded: boolean;
  /** Of the header, with or without a port. */
  readonly host: string | undefined;
  /** Which page a browser sends the call for, by its headers; undefined for what is no browser. */
  readonly origin: string | undefined;
}

/**
 * Who may change the server: who has the token, and, unless that is not wanted, who calls from this machine itself. Neither a proxy
 * on this machine nor a web page that its browser shows counts as that.
 */
export class AdminDoor {
  readonly #digest: Buffer | null;
  readonly #options: AdminDoorOptions;

  constructor(options: AdminDoorOptions) {
    this.#options = options;
    this.#digest = options.token === null ? null : digestOf(options.token);
  }

  /** @throws UnderstudyError UNAUTHENTICATED, FORBIDDEN */
  check(caller: Caller): void {
    const presented = /^Bearer +(\S+) *$/i.exec(caller.authorization ?? '')?.[1];
    // A token that is wrong is told, wherever it comes from.
    if (caller.authorization !== undefined && this.#digest !== null) {
      if (presented !== undefined && timingSafeEqual(digestOf(presented), this.#digest)) return;
      throw new UnderstudyError('UNAUTHENTICATED', 'this is not the admin token of the server');
    }
    const obstacle = obstacleOf(caller);
    if (obstacle === null && !this.#options.always) return;
    if (this.#digest !== null) {
      throw new UnderstudyError(
        'UNAUTHENTICATED',
        'this needs the admin token: send it as "Authorization: Bearer TOKEN"',
      );
    }
    throw new UnderstudyError(
      'FORBIDDEN',
      `this may only be asked for from the machine of the server itself, and ${obstacle}; start the server with --admin-token-file to allow it with a token`,
    );
  }
}

/** Why a call does not count as one from this machine itself; null where it does. */
function obstacleOf({ address, isForwarded, host, origin }: Caller): string | null {
  if (!isLoopbackAddress(address)) return `this call comes from ${address ?? 'nowhere'}`;
  if (isForwarded) return 'this call was passed on by a proxy';
  const name = nameOf(host);
  // A name that somebody else owns can lead a browser here.
  if (name !== 'localhost' && !name.endsWith('.localhost') && !isLoopbackAddress(name)) {
    return `this call is for ${JSON.stringify(name.slice(0, 80))}, which is no name of this machine alone`;
  }
  if (origin !== undefined && origin !== host) return 'this call was made by a page of another site';
  return null;
}

function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  return address === '::1' || /^(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/i.test(address);
}

/** Without port and brackets. */
function nameOf(host = ''): string {
  return (/^\[(.*)\](?::\d+)?$/.exec(host)?.[1] ?? host.replace(/:\d+$/, '')).toLowerCase();
}

/** Of equal length whatever the text is, so that comparing takes the same time. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
