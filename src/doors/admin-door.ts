import { createHash, timingSafeEqual } from 'node:crypto';
import { UnderstudyError } from '../errors.ts';
import { isLoopbackAddress, isLoopbackName, nameOf } from './loopback.ts';

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
}

/**
 * Who may change the server: who has the token, and, unless that is not wanted, who calls from this machine itself. Neither a proxy
 * on this machine nor a page of a name that somebody had lead here counts as that; for pages of other sites there is `cross-site.ts`.
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
function obstacleOf({ address, isForwarded, host }: Caller): string | null {
  if (!isLoopbackAddress(address)) return `this call comes from ${address ?? 'nowhere'}`;
  if (isForwarded) return 'this call was passed on by a proxy';
  const name = nameOf(host);
  // A name that somebody else owns can lead a browser here.
  if (!isLoopbackName(name)) {
    return `this call is for ${JSON.stringify(name.slice(0, 80))}, which is no name of this machine alone`;
  }
  return null;
}

/** Of equal length whatever the text is, so that comparing takes the same time. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
