/** What a fuzzer is there to find: faults behind several conditions, none of which chance would meet at once. */
export function decode(input: Buffer): number {
  if (input[0] !== 0x46) return 0;
  if (input[1] !== 0x55) return 1;
  if (input[2] !== 0x5a) return 2;
  if (input[3] === 0x21) throw new TypeError('a planted fault');
  if (input[3] === 0x3f) for (;;) if (input.length === -1) return 3;
  return 4;
}

const kept: Uint8Array[] = [];

/** Asks for far more memory than it was given bytes. */
export function grow(input: Buffer): void {
  if (input[0] === 0x4d) kept.push(new Uint8Array(100 * 2 ** 20));
}
