import { open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnderstudyError } from '../../errors.ts';
import { filePrint } from '../../repository/model-prints.ts';

/** Longer than the steps in which file systems tell the time (4 ms on most, 10 on some): two writes within one look like one. */
const restMs = 20;
const mostTries = 50;

/** Files that belong together, read into memory: of those that somebody writes to meanwhile, nothing is taken. */
export class FilesAtRest {
  readonly #prints = new Map<string, string>();

  /** @throws UnderstudyError MODEL_NOT_READY where it is being written */
  async read(path: string): Promise<Uint8Array> {
    this.#prints.set(path, await printAtRest(path));
    return readWhole(path);
  }

  /**
   * To be asked when all have been read: one that was replaced meanwhile would be whole by itself, and half of another model.
   *
   * @throws UnderstudyError MODEL_NOT_READY where one was written since it was read
   */
  async check(): Promise<void> {
    for (const [path, print] of this.#prints) if (filePrint(await stat(path)) !== print) throw written(path);
  }
}

async function printAtRest(path: string): Promise<string> {
  for (let tries = 0; tries < mostTries; tries++) {
    const status = await stat(path);
    const restedMs = Date.now() - status.ctimeMs;
    // One from the future is from another clock, of which nothing is known.
    if (restedMs < 0 || restedMs >= restMs) return filePrint(status);
    await sleep(restMs - restedMs);
  }
  throw written(path);
}

/** `readFile` ends at 2 GiB. */
async function readWhole(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.allocUnsafeSlow(size);
    let read = 0;
    while (read < size) {
      const { bytesRead } = await file.read(bytes, read, Math.min(size - read, 2 ** 30), read);
      if (bytesRead === 0) throw written(path);
      read += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

function written(path: string): UnderstudyError {
  return new UnderstudyError(
    'MODEL_NOT_READY',
    `${path} was written while it was read; copy it under another name first, then rename it`,
  );
}
