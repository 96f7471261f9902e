import { UnderstudyError } from '../errors.ts';

/**
 * ONNX Runtime for Node cuts a string at a NUL and replaces lone surrogates without saying so; such text is
 * refused instead. `place` says where it is, as a sentence begins.
 */
export function checkRepresentable(text: string, place: () => string): void {
  if (text.includes('\0')) {
    throw new UnderstudyError(
      'UNREPRESENTABLE_STRING',
      `${place()} holds a NUL character (U+0000), at which the runtime would cut it; leave it out.`,
    );
  }
  if (!text.isWellFormed()) {
    throw new UnderstudyError(
      'UNREPRESENTABLE_STRING',
      `${place()} holds half of a surrogate pair, which is no character; send well-formed text.`,
    );
  }
}
