import { createHash } from 'node:crypto';

/** A file that a version consists of. */
export interface HashedFile {
  /** Relative to the folder of the ONNX file. */
  readonly file: string;
  readonly sha256: string;
}

/** Of a version that consists of one file that one's; of several, of what `sha256sum` prints for them, in their order. */
export function sha256OfAll(files: readonly HashedFile[]): string {
  const [only] = files;
  if (only && files.length === 1) return only.sha256;
  return sha256(Buffer.from(files.map(({ file, sha256: digest }) => `${digest}  ${file}\n`).join('')));
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
