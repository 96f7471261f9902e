import { X509Certificate } from 'node:crypto';
import { sentenceOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { readTlsFiles, type TlsContent, type TlsFiles } from './tls-files.ts';

export interface TlsRenewalOptions {
  readonly files: TlsFiles;
  /** Read from them when the server started. */
  readonly inUse: TlsContent;
  readonly intervalMs: number;
  /** Told of another pair, which connections get from then on. */
  readonly onRenewed: (content: TlsContent) => void;
  readonly logger: Logger;
}

/**
 * Reads the files of a certificate again now and then, since it is renewed while the server runs. Both are small, and links that are
 * put to another place, as Kubernetes does, need no care of their own. What is no pair changes nothing: one file may be there
 * before the other.
 */
export class TlsRenewal implements AsyncDisposable {
  readonly #options: TlsRenewalOptions;
  #inUse: TlsContent;
  #timer: NodeJS.Timeout | null = null;
  #looking: Promise<void> | null = null;
  /** Why the files could not be used when they were last looked at; null where they could. */
  #fault: { readonly sentence: string; readonly isTold: boolean } | null = null;
  #isClosed = false;

  constructor(options: TlsRenewalOptions) {
    this.#options = options;
    this.#inUse = options.inUse;
    this.#plan();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#looking;
  }

  #plan(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#looking = this.#look().finally(() => this.#plan());
    }, this.#options.intervalMs).unref();
  }

  async #look(): Promise<void> {
    const { files, logger, onRenewed } = this.#options;
    try {
      const content = await readTlsFiles(files);
      const isSame = content.cert.equals(this.#inUse.cert) && content.key.equals(this.#inUse.key);
      this.#fault = null;
      if (isSame || this.#isClosed) return;
      onRenewed(content);
      this.#inUse = content;
      const { subject, validTo } = new X509Certificate(content.cert);
      logger.info({ subject, valid_to: validTo }, 'the certificate was renewed: new connections get it');
    } catch (error) {
      const sentence = sentenceOf(error);
      // Told once, at the second look: the first may have come between the two files.
      const isRepeated = this.#fault?.sentence === sentence;
      if (isRepeated && !this.#fault?.isTold) {
        logger.error({}, `the certificate in use stays, since the files cannot be used: ${sentence}`);
      }
      this.#fault = { sentence, isTold: isRepeated };
    }
  }
}
