/** The input that is being run, where another thread can read it while this one is stuck in it. */
export class SharedInput {
  readonly buffer: SharedArrayBuffer;
  readonly #head: Int32Array;
  readonly #bytes: Uint8Array;

  /** @param buffer one of `SharedInput.bufferFor` */
  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#head = new Int32Array(buffer, 0, 2);
    this.#bytes = new Uint8Array(buffer, 8);
  }

  static bufferFor(maxLength: number): SharedArrayBuffer {
    return new SharedArrayBuffer(8 + maxLength);
  }

  write(input: Buffer): void {
    this.#bytes.set(input.subarray(0, this.#bytes.length));
    Atomics.store(this.#head, 1, Math.min(input.length, this.#bytes.length));
    Atomics.add(this.#head, 0, 1);
  }

  /** Another one for each input. */
  get count(): number {
    return Atomics.load(this.#head, 0);
  }

  read(): Buffer {
    return Buffer.from(this.#bytes.slice(0, Atomics.load(this.#head, 1)));
  }
}
