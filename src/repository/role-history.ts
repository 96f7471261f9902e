import { sentenceOf, UnderstudyError } from '../errors.ts';
import type { AuditLog } from './audit-log.ts';
import { type RoleAction, type RoleChange, writtenRoles } from './role-change.ts';
import type { RoleStore } from './role-store.ts';
import type { RememberedRoles } from './roles.ts';

/** Who caused a change, and why. */
export interface ChangeCause {
  readonly action: RoleAction;
  readonly by: string | null;
  readonly reason: string | null;
  readonly address: string | null;
}

export interface RoleHistoryOptions {
  readonly store: RoleStore;
  readonly audit: AuditLog;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told that a change is in effect whose line could not be written; it is tried again with the next one. */
  readonly onFailure: (error: unknown) => void;
}

/** What is remembered of roles, and how they came about. */
export class RoleHistory {
  readonly #options: RoleHistoryOptions;

  private constructor(options: RoleHistoryOptions) {
    this.#options = options;
  }

  /** Adds the lines to the audit log that a crash has kept from it. */
  static async open(options: RoleHistoryOptions): Promise<RoleHistory> {
    await options.audit.complete(options.store.lastChanges).catch(options.onFailure);
    return new RoleHistory(options);
  }

  get(model: string): RememberedRoles | null {
    return this.#options.store.get(model);
  }

  /** Newest first. */
  changes(model: string, limit: number): Promise<RoleChange[]> {
    return this.#options.audit.read(model, limit);
  }

  /**
   * Keeps roles, and who changed them.
   *
   * @throws UnderstudyError INTERNAL where they cannot be kept; then nothing is
   */
  async change(
    model: string,
    next: Omit<RememberedRoles, 'lastChange'>,
    cause: ChangeCause,
  ): Promise<RoleChange> {
    const { store, audit, now, onFailure } = this.#options;
    const before = store.get(model);
    const change: RoleChange = {
      model,
      revision: (before?.lastChange?.revision ?? 0) + 1,
      at: new Date(now()).toISOString(),
      action: cause.action,
      before: before && writtenRoles(before),
      after: writtenRoles(next),
      ...{ by: cause.by, reason: cause.reason, address: cause.address },
    };
    try {
      await store.set(model, { ...next, lastChange: change });
    } catch (cause) {
      const sentence = `the roles of model ${model} cannot be kept, so they stay as they are: ${sentenceOf(cause)}`;
      throw new UnderstudyError('INTERNAL', sentence, { cause });
    }
    await audit.append(change).catch(onFailure);
    return change;
  }

  /** Keeps roles that were decided anew, at the start or since files changed; says nothing of those that are as they were. */
  async decide(
    model: string,
    next: Omit<RememberedRoles, 'lastChange'>,
    reason: string | null,
  ): Promise<void> {
    const { store } = this.#options;
    const before = store.get(model);
    if (before === null || !isSame(writtenRoles(before), writtenRoles(next))) {
      await this.change(model, next, { action: 'configure', by: null, reason, address: null });
      return;
    }
    const kept = { ...next, lastChange: before.lastChange };
    if (!isSame(kept, before)) await store.set(model, kept);
  }
}

function isSame(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
