import type { InterferenceReport, TrafficReport } from '../analysis/report/report.ts';

/** The first event of a live stream, `hello`. */
export interface LiveHello {
  readonly server: { readonly name: string; readonly version: string };
  /** When the server was started, ISO 8601: another time is another server. */
  readonly started_at: string;
  /** How often a `status` comes while something changes. */
  readonly poll_seconds: number;
}

/**
 * The event `status`: what counters in memory say, without a look at the log. They count since the lanes that run now were loaded, so
 * they begin anew with the server and with a promotion.
 */
export interface LiveStatus {
  /** ISO 8601. */
  readonly at: string;
  /** Whether the primary answers. */
  readonly ready: boolean;
  readonly roles: LiveRoles;
  /** The shadow that `compared`, `errors.shadow` and `dropped` are about; null where the model has none. */
  readonly shadow: string | null;
  /** That the primary answered, or refused. */
  readonly requests: number;
  /** Requests that the shadow ran. */
  readonly compared: number;
  /** Over the last five seconds. */
  readonly requests_per_second: number;
  readonly compared_per_second: number;
  /** Requests that failed for no fault of the caller's: those with a status of 500 or above. */
  readonly errors: { readonly primary: number; readonly shadow: number };
  /** Rows. */
  readonly dropped: TrafficReport['dropped'];
  readonly interference: InterferenceReport | null;
}

/** As in `GET …/deployment`. */
export interface LiveRoles {
  /** Counts the changes of roles. */
  readonly revision: number;
  readonly primary: string;
  readonly shadows: readonly {
    readonly version: string;
    readonly sample: number | { readonly budget: number | string; readonly least: number };
    readonly paused: boolean;
    readonly state: string;
    readonly reason: string | null;
    /** Share of the present traffic that it is offered. */
    readonly effective_sample: number;
  }[];
  /** Version that a rollback would make primary. */
  readonly rollback_to: string | null;
}

/** The event `problem`: why there is no report now. The stream goes on, and recovers when it can. */
export interface LiveProblem {
  readonly code: string;
  readonly error: string;
}
