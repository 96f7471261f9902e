import type { ModelPrints } from '../repository/model-prints.ts';

interface Refusal {
  readonly print: string;
  readonly reason: string;
}

/** What was found not to be servable of a model's files, until they change. */
export class Refusals {
  readonly #versions = new Map<string, Refusal>();
  #settings: Refusal | null = null;
  /** Beside which the versions were refused. */
  #settingsPrint: string | null = null;

  /** Forgets what has changed since it was refused. @param prints null where the model is gone */
  keepFor(prints: ModelPrints | null): void {
    const settings = prints?.settings ?? null;
    // A version may have been refused for what the settings say of it, or for a sample that it is to warm up with.
    const areSettingsNew = settings !== this.#settingsPrint;
    this.#settingsPrint = settings;
    for (const [version, { print }] of this.#versions) {
      if (areSettingsNew || prints?.versions.get(version) !== print) this.#versions.delete(version);
    }
    if (settings !== this.#settings?.print) this.#settings = null;
  }

  refuseVersion(version: string, print: string, reason: string): void {
    this.#versions.set(version, { print, reason });
  }

  refuseSettings(print: string, reason: string): void {
    this.#settings = { print, reason };
  }

  /** Reasons by version. */
  get versions(): ReadonlyMap<string, string> {
    return new Map([...this.#versions].map(([version, { reason }]) => [version, reason]));
  }

  get settings(): string | null {
    return this.#settings?.reason ?? null;
  }

  /** Every reason, a sentence each. */
  get sentences(): readonly string[] {
    const versions = [...this.versions].map(
      ([version, reason]) => `version ${version} cannot be served: ${reason}`,
    );
    return this.settings === null ? versions : [...versions, this.settings];
  }
}
