import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { shadowSchema } from '../config/deployment.ts';
import { sampleSchema } from '../config/sample.ts';
import { writtenShadow } from '../config/written-shadow.ts';
import { createExclusive } from '../exclusive.ts';
import { replaceFile } from './replace-file.ts';
import { type RoleChange, roleChangeSchema } from './role-change.ts';
import type { RememberedRoles } from './roles.ts';

/** As version 0.1 wrote it: a sample as it is in memory, and nothing else. */
const formerShadow = z
  .strictObject({ version: z.string(), sample: sampleSchema })
  .transform(({ version, sample }) => ({ ...shadowSchema.parse({ version }), sample }));

const rolesFile = z.strictObject({
  schema_version: z.literal(1),
  models: z.record(
    z.string(),
    z.strictObject({
      primary: z.string(),
      shadows: z.array(z.union([shadowSchema, formerShadow])),
      known: z.array(z.string()),
      deploymentHash: z.string().nullable(),
      isOverride: z.boolean().default(false),
      formerPrimaries: z.array(z.string()).default([]),
      lastChange: roleChangeSchema.nullable().default(null),
    }),
  ),
});

/** `data/roles.json`: which version had which role when the server last decided. */
export class RoleStore {
  readonly #path: string;
  readonly #oneByOne = createExclusive();
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

  /** The last change of every model. */
  get lastChanges(): readonly RoleChange[] {
    return Object.values(this.#models).flatMap(({ lastChange }) => lastChange ?? []);
  }

  /**
   * Written beside, synced and renamed, so that a crash leaves the old file or the new one.
   *
   * @throws where it cannot be written; then what it says stays as it was
   */
  set(model: string, roles: RememberedRoles): Promise<void> {
    return this.#oneByOne(async () => {
      const models = { ...this.#models, [model]: roles };
      await replaceFile(
        this.#path,
        `${JSON.stringify({ schema_version: 1, models: written(models) }, null, 2)}\n`,
      );
      this.#models = models;
    });
  }
}

function written(models: Readonly<Record<string, RememberedRoles>>): object {
  return Object.fromEntries(
    Object.entries(models).map(([model, roles]) => [
      model,
      { ...roles, shadows: roles.shadows.map(writtenShadow) },
    ]),
  );
}
