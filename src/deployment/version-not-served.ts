import { sentenceOf } from '../errors.ts';

/** A version that was to get a role cannot be served; nothing was changed. */
export class VersionNotServed extends Error {
  override readonly name = 'VersionNotServed';
  readonly version: string;

  constructor(version: string, cause: unknown) {
    super(sentenceOf(cause), { cause });
    this.version = version;
  }
}
