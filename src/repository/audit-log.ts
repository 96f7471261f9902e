import { type FileHandle, mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createExclusive } from '../exclusive.ts';
import { type RoleChange, roleChangeSchema } from './role-change.ts';

export interface AuditLogOptions {
  /** A file larger than this is put aside before the next line. */
  readonly maxFileBytes?: number;
  /** So many files are kept beside the one that is written. */
  readonly formerFiles?: number;
}

const mostPending = 1000;

/**
 * Who changed the roles of which model, when, how and why: JSON lines in `audit.jsonl`, appended and synced, never rewritten.
 * When it is full it becomes `audit.1.jsonl`, that one `audit.2.jsonl`, and so on; the last one is dropped.
 */
export class AuditLog {
  readonly #directory: string;
  readonly #options: Required<AuditLogOptions>;
  readonly #oneByOne = createExclusive();
  /** Could not be written yet. */
  #pending: RoleChange[] = [];

  constructor(directory: string, { maxFileBytes = 1024 * 1024, formerFiles = 9 }: AuditLogOptions = {}) {
    this.#directory = directory;
    this.#options = { maxFileBytes, formerFiles };
  }

  /** @throws where it cannot be written; it is tried again with the next one */
  append(change: RoleChange): Promise<void> {
    return this.#oneByOne(async () => {
      this.#pending = [...this.#pending, change].slice(-mostPending);
      await this.#rotate();
      await mkdir(this.#directory, { recursive: true });
      const file = await open(this.#path(0), 'a+');
      try {
        const lines = this.#pending.map((one) => `${JSON.stringify(one)}\n`).join('');
        // What a crash has torn stays a line of its own.
        await file.appendFile((await endsInLine(file)) ? lines : `\n${lines}`);
        await file.sync();
      } finally {
        await file.close();
      }
      this.#pending = [];
    });
  }

  /** Appends those that are not there: a crash may have come between a change and its line. */
  async complete(changes: readonly RoleChange[]): Promise<void> {
    for (const change of changes) {
      const [last] = await this.read(change.model, 1);
      if ((last?.revision ?? 0) < change.revision) await this.append(change);
    }
  }

  /** Newest first. Lines that were torn by a crash are passed over. */
  async read(model: string, limit: number): Promise<RoleChange[]> {
    const found: RoleChange[] = [];
    for (let age = 0; age <= this.#options.formerFiles && found.length < limit; age++) {
      const text = await textOf(this.#path(age));
      for (const line of text?.split('\n').reverse() ?? []) {
        const change = changeIn(line);
        // A line that was written in part at first is there twice.
        if (change?.model !== model || change.revision === found.at(-1)?.revision) continue;
        if (found.length < limit) found.push(change);
      }
    }
    return found;
  }

  #path(age: number): string {
    return join(this.#directory, age === 0 ? 'audit.jsonl' : `audit.${age}.jsonl`);
  }

  async #rotate(): Promise<void> {
    const file = await stat(this.#path(0)).catch(unlessMissing);
    if (file === null || file.size < this.#options.maxFileBytes) return;
    for (let age = this.#options.formerFiles - 1; age >= 0; age--) {
      await rename(this.#path(age), this.#path(age + 1)).catch(unlessMissing);
    }
  }
}

async function endsInLine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return true;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString() === '\n';
}

function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(unlessMissing);
}

function unlessMissing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}

function changeIn(line: string): RoleChange | null {
  try {
    return roleChangeSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    // Torn by a crash, or no line at all; what it said of the last change is in roles.json.
    return null;
  }
}
