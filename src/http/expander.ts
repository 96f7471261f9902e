import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw } from 'node:zlib';
import { UnderstudyError } from '../errors.ts';

const unpackers = { gzip: promisify(gunzip), zlib: promisify(inflate), raw: promisify(inflateRaw) };

/** Each may come to as much as a body may have, however few bytes were sent. */
const mostAtOnce = 4;
const chunkBytes = 64 * 1024;

/** Content codings that a body may be sent with. */
export const contentCodings = ['gzip', 'deflate'] as const;
export type ContentCoding = (typeof contentCodings)[number];

/** Unpacks bodies on the threads of Node's pool, a few at once, and none beyond what a body may have. */
export class Expander {
  readonly #limitBytes: number;
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** @throws UnderstudyError BODY_TOO_LARGE, or INVALID_REQUEST for what is not packed as it says */
  async expand(body: Buffer, coding: ContentCoding): Promise<Buffer> {
    if (this.#underWay >= mostAtOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#underWay++;
    try {
      return await this.#unpack(body, coding);
    } finally {
      // Its place goes to the next, if there is one.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#underWay--;
    }
  }

  async #unpack(body: Buffer, coding: ContentCoding): Promise<Buffer> {
    const limit = this.#limitBytes;
    const unpack = unpackers[coding === 'gzip' ? 'gzip' : isZlib(body) ? 'zlib' : 'raw'];
    try {
      return await unpack(body, { maxOutputLength: limit, chunkSize: chunkBytes });
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE') {
        throw new UnderstudyError(
          'BODY_TOO_LARGE',
          `the body unpacks to more than the ${limit} bytes this server accepts; split the request, or start the server with a larger --body-limit`,
          { cause },
        );
      }
      throw new UnderstudyError(
        'INVALID_REQUEST',
        `the body is not whole ${coding} data, as its content-encoding says; pack it again, or send it unpacked`,
        { cause },
      );
    }
  }
}

/** By RFC 9110 `deflate` is data with a zlib header (RFC 1950), but some clients send it bare. */
function isZlib(body: Buffer): boolean {
  return body.length >= 2 && (body[0]! & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0;
}
