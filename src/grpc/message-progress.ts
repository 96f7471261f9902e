/** Before each message: whether it is packed, a byte, and its length, four. */
const prefixBytes = 5;

/** How far the messages of a stream have come. */
export class MessageProgress {
  readonly #prefix = Buffer.alloc(prefixBytes);
  /** Of the message that has come in part. */
  #come = 0;
  #hasEnded = false;

  /** Whether the bytes that were added last were the end of a message. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** @returns how many bytes of a message there are that has come in part; 0 between messages */
  add(chunk: Uint8Array): number {
    this.#hasEnded = false;
    let at = 0;
    while (at < chunk.length) {
      const bytes = Math.min(chunk.length - at, this.#size - this.#come);
      if (this.#come < prefixBytes) this.#prefix.set(chunk.subarray(at, at + bytes), this.#come);
      at += bytes;
      this.#come += bytes;
      if (this.#come < this.#size) continue;
      this.#come = 0;
      this.#hasEnded = true;
    }
    return this.#come;
  }

  /** Of the message, as far as that is known: of its prefix first. */
  get #size(): number {
    return this.#come < prefixBytes ? prefixBytes : prefixBytes + this.#prefix.readUInt32BE(1);
  }
}
