import type { InterferenceReport, TrafficReport } from '../analysis/report/report.ts';

/** The first event of a live stream, `hello`. */
export interface LiveHello {
  readonly server: { readonly name: string; readonly version: string };
  /** When the server was started, ISO 8601: another one is another server. */
  readonly started_at: string;
  /** How often a `status` comes while something changes. */
  readonly poll_seconds: number;
}

/**
 * The event `status`: what counters in memory say, without a look at the log. Counts are since the lanes that run now were loaded, so they
 * begin anew with the server and with a promotion.
 */
export interface LiveStatus {
  /** ISO 8601. */
  readonly at: string;
  /** Whether the primary answers. */
  readonly ready: boolean;
  readonly roles: LiveRoles;
  /** The shadow that `compared`, `errors.shadow` and `dropped` are about; null where the view has none. */
  readonly shadow: string | null;
  /** Requests that the primary answered. */
  readonly requests: number;
  /** Requests that the shadow ran. */
  readonly compared: number;
  /** Over the last seconds. */
  readonly requests_per_second: number;
  readonly compared_per_second: number;
  /** Requests that failed. */
  readonly errors: { readonly primary: number; readonly shadow: number };
  /** Rows, by reason. */
  readonly dropped: TrafficReport['dropped'];
  readonly interference: InterferenceReport | null;
}

export interface LiveRoles {
  /** Counts the changes of roles. */
  readonly revision: number;
  readonly primary: string;
  readonly shadows: readonly {
    readonly version: string;
    /** As in `GET …/deployment`. */
    readonly state: string;
    readonly reason: string | null;
    /** Share of the present traffic that it is offered. */
    readonly effective_sample: number;
  }[];
}

/** The event `problem`: why there is no report now. The stream goes on, and recovers when it can. */
export interface LiveProblem {
  readonly code: string;
  readonly error: string;
}
