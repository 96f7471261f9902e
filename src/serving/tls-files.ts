import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { sentenceOf } from '../errors.ts';

/** Files in PEM form. */
export interface TlsFiles {
  /** The server's certificate, and those between it and a root. */
  readonly certificate: string;
  /** Its private key, without a passphrase. */
  readonly key: string;
}

/** The oldest that is spoken. */
export const leastTls = 'TLSv1.2';

export interface TlsContent {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** @throws with a sentence where a file cannot be read, or the two are no pair; what the files hold is in no sentence */
export async function readTlsFiles({ certificate, key }: TlsFiles): Promise<TlsContent> {
  const content = {
    cert: await readPem(certificate, '--tls-cert'),
    key: await readPem(key, '--tls-key'),
  };
  try {
    createSecureContext({ ...content, minVersion: leastTls });
  } catch (cause) {
    throw new Error(
      `${certificate} (--tls-cert) and ${key} (--tls-key) are no certificate and its private key in PEM form: ${sentenceOf(cause)}`,
      { cause },
    );
  }
  return content;
}

async function readPem(path: string, option: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new Error(`the file of ${option} cannot be read: ${sentenceOf(cause)}`, { cause });
  }
}
