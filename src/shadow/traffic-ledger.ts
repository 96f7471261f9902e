import type { Notice } from '../inference/observer.ts';
import type { DropReason, TrafficCount } from '../log/traffic-count.ts';

/** The pair of versions (and the role of the second) whose traffic is counted. */
export interface LedgerAccount {
  readonly model: string;
  readonly primaryVersion: string;
  readonly shadowVersion: string;
  readonly role: 'shadow' | 'control';
}

/** What is counted of a request. */
export type CountedNotice = Pick<Notice, 'timestampMs' | 'cells'>;

/** What became of a request as far as one shadow is concerned. */
export type Fate = 'not_sampled' | 'offered' | DropReason;

interface Tally {
  readonly hourMs: number;
  readonly cells: string;
  requests: number;
  sampled: number;
  primaryErrors: number;
  readonly dropped: Partial<Record<DropReason, number>>;
}

const hour = 3_600_000;
/** More combinations of hour and segments than this are handed on before the next tick. */
const maxTallies = 5000;
/** The same for their texts: those of requests with many rows are long. */
const maxLetters = 8_000_000;

/**
 * Counts every request per hour and segments, sampled or not. Counting compares texts and adds numbers; the
 * texts are read when the counts are handed on.
 */
export class TrafficLedger {
  readonly #account: LedgerAccount;
  readonly #handOn: (counts: readonly TrafficCount[]) => void;
  #tallies = new Map<string, Tally>();
  #letters = 0;
  #last: Tally | null = null;

  constructor(account: LedgerAccount, handOn: (counts: readonly TrafficCount[]) => void) {
    this.#account = account;
    this.#handOn = handOn;
  }

  count(notice: Notice, primaryFailed: boolean, fate: Fate): void {
    const tally = this.#tallyOf(notice);
    tally.requests++;
    if (primaryFailed) tally.primaryErrors++;
    if (fate !== 'not_sampled') tally.sampled++;
    if (fate !== 'not_sampled' && fate !== 'offered') tally.dropped[fate] = (tally.dropped[fate] ?? 0) + 1;
  }

  /** Counts as dropped what was counted as offered before. */
  drop(notice: CountedNotice, reason: DropReason): void {
    const { dropped } = this.#tallyOf(notice);
    dropped[reason] = (dropped[reason] ?? 0) + 1;
  }

  #tallyOf(notice: CountedNotice): Tally {
    const hourMs = Math.floor(notice.timestampMs / hour) * hour;
    // Most requests fall where the one before fell: comparing is cheaper than looking up.
    if (this.#last && this.#last.hourMs === hourMs && this.#last.cells === notice.cells) return this.#last;
    const key = `${hourMs}|${notice.cells}`;
    let tally = this.#tallies.get(key);
    if (!tally) {
      if (this.#tallies.size >= maxTallies || this.#letters >= maxLetters) this.flush();
      this.#letters += key.length;
      tally = { hourMs, cells: notice.cells, requests: 0, sampled: 0, primaryErrors: 0, dropped: {} };
      this.#tallies.set(key, tally);
    }
    this.#last = tally;
    return tally;
  }

  /** Hands on what was counted since the last time. */
  flush(): void {
    if (this.#tallies.size === 0) return;
    const tallies = [...this.#tallies.values()];
    this.#tallies = new Map();
    this.#letters = 0;
    this.#last = null;
    this.#handOn(tallies.flatMap((tally) => this.#counts(tally)));
  }

  #counts(tally: Tally): TrafficCount[] {
    const cells = JSON.parse(tally.cells) as [Record<string, string>, number][];
    return cells.map(([segments, rows], i) => ({
      ...this.#account,
      hourMs: tally.hourMs,
      segments,
      requests: i === 0 ? tally.requests : 0,
      rows: rows * tally.requests,
      sampledRows: rows * tally.sampled,
      primaryErrorRows: rows * tally.primaryErrors,
      droppedRows: Object.fromEntries(
        Object.entries(tally.dropped).map(([reason, requests]) => [reason, rows * requests]),
      ),
    }));
  }
}
