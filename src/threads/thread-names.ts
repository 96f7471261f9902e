import type { ThreadRole } from './thread-placement.ts';

/** Of a thread's name the kernel keeps so much. */
const nameBytes = 15;

const encoder = new TextEncoder();
const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Names for the threads of lanes, as `top -H` shows them: `7 fraud`, `8 fraud`, `7 fraud ctl`. What tells lanes apart
 * comes first, since only 15 bytes are kept. All workers of a lane, and the threads of their runtime, share its name:
 * a model's CPU time is the sum over it. So no two lanes have the same.
 */
export class ThreadNames {
  readonly #names = new Map<string, { readonly name: string; users: number }>();

  /**
   * The same for the same lane, as long as it has not been released as often as it was asked for: one lane may take the place of
   * another of the same version and role. At most 15 bytes of UTF-8.
   */
  lane(role: ThreadRole, model: string, version: string): string {
    const key = keyOf(role, model, version);
    const known = this.#names.get(key);
    if (known !== undefined) {
      known.users++;
      return known.name;
    }
    const taken = new Set([...this.#names.values()].map(({ name }) => name));
    const base = `${version} ${model}`;
    const ending = role === 'control' ? ' ctl' : '';
    let name = withEnding(base, ending);
    for (let count = 2; taken.has(name); count++) name = withEnding(base, `${ending}~${count}`);
    this.#names.set(key, { name, users: 1 });
    return name;
  }

  /** Gives the name back, once the lane's last thread has ended. */
  release(role: ThreadRole, model: string, version: string): void {
    const key = keyOf(role, model, version);
    const known = this.#names.get(key);
    if (known && --known.users === 0) this.#names.delete(key);
  }
}

function keyOf(role: ThreadRole, model: string, version: string): string {
  return JSON.stringify([role, model, version]);
}

/** `base` as far as there is room for it before `ending`, never cut within a character. */
function withEnding(base: string, ending: string): string {
  let room = nameBytes - encoder.encode(ending).length;
  let name = '';
  for (const { segment } of characters.segment(base.toWellFormed())) {
    room -= encoder.encode(segment).length;
    if (room < 0) break;
    name += segment;
  }
  return name.trimEnd() + ending;
}
