import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { sampleSchema } from '../config/sample.ts';
import type { RememberedRoles } from './roles.ts';

const rolesFile = z.strictObject({
  schema_version: z.literal(1),
  models: z.record(
    z.string(),
    z.strictObject({
      primary: z.string(),
      shadows: z.array(z.strictObject({ version: z.string(), sample: sampleSchema })),
      known: z.array(z.string()),
      deploymentHash: z.string().nullable(),
    }),
  ),
});

/** `data/roles.json`: which version had which role when the server last decided. */
export class RoleStore {
  readonly #path: string;
  #models: Record<string, RememberedRoles>;

  private constructor(path: string, models: Record<string, RememberedRoles>) {
    this.#path = path;
    this.#models = models;
  }

  /** @throws with a sentence when the file is there and cannot be read: guessing roles would be worse. */
  static async open(path: string): Promise<RoleStore> {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
        return new RoleStore(path, {});
      throw error;
    }
    try {
      return new RoleStore(path, rolesFile.parse(JSON.parse(text)).models);
    } catch (cause) {
      throw new Error(`${path} is damaged; restore it, or remove it to have roles decided afresh`, { cause });
    }
  }

  get(model: string): RememberedRoles | null {
    return Object.hasOwn(this.#models, model) ? this.#models[model]! : null;
  }

  /** Written beside, synced and renamed, so that a crash leaves the old file or the new one. */
  async set(model: string, roles: RememberedRoles): Promise<void> {
    this.#models = { ...this.#models, [model]: roles };
    await mkdir(dirname(this.#path), { recursive: true });
    const temporary = `${this.#path}.tmp`;
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(`${JSON.stringify({ schema_version: 1, models: this.#models }, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path);
  }
}
