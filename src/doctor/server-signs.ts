import type { Finding } from './finding.ts';
import type { Sample } from './read-metrics.ts';

/** A metric that should be 0, and what it means where it is not. */
interface Sign {
  readonly metric: string;
  /** Null for a sample that is no sign of anything. */
  readonly read: (sample: Sample) => Pick<Finding, 'status' | 'sentence' | 'mend'> | null;
}

const laneOf = ({ labels }: Sample): string =>
  labels.shadow === undefined
    ? `${labels.model} v${labels.version} (${labels.role})`
    : `${labels.model} v${labels.shadow} (${labels.role})`;

const dropped: Readonly<Record<string, { readonly because: string; readonly mend: string }>> = {
  queue_full: {
    because: 'its queue was full',
    mend: 'it is slower than its traffic: lower its sample, or give it more instances',
  },
  deadline: { because: 'they waited too long', mend: 'it is slower than its traffic: lower its sample' },
  stalled: {
    because: 'its worker hung, or was being replaced',
    mend: 'see what its log says; isolation: process lets such a run be ended',
  },
  breaker: {
    because: 'it failed too often in a row',
    mend: 'read its errors in /v2/models/{model}/comparisons',
  },
  budget: {
    because:
      'the governor pauses shadows for up to a tenth of the time to see what they cost the primary, and mirrors less when that is more than interference_budget',
    mend: 'see interference in the report; interference_budget: off ends the pauses',
  },
};

const states: Readonly<Record<string, Pick<Finding, 'status' | 'mend'> & { readonly meaning: string }>> = {
  stalled: {
    status: 'warning',
    meaning: 'a run takes longer than its deadline, and its traffic is dropped',
    mend: 'see what its log says; isolation: process lets such a run be ended',
  },
  restarting: {
    status: 'warning',
    meaning: 'its worker died or was given up, and is being replaced',
    mend: 'see what its log says of the death: memory_limit, or a crash in native code',
  },
  open: {
    status: 'warning',
    meaning: 'it failed again and again and is left alone for a while',
    mend: 'read its errors in /v2/models/{model}/comparisons',
  },
  half_open: {
    status: 'note',
    meaning: 'it failed again and again and is being tried anew',
    mend: 'read its errors in /v2/models/{model}/comparisons',
  },
};

/** What a running server counts that a person should know of. */
const signs: readonly Sign[] = [
  {
    metric: 'understudy_thread_placement_refused',
    read: ({ labels, value }) => ({
      status: 'warning',
      sentence: `The system refused ${value} threads of role ${labels.role} a policy, a name or CPUs`,
      mend: 'see what its log says of it, and what is said of the thread policy above',
    }),
  },
  {
    metric: 'understudy_lane_state',
    read: (sample) => {
      const { state = '' } = sample.labels;
      const known = states[state];
      if (known === undefined) return null;
      const { status, meaning, mend } = known;
      return { status, sentence: `The lane of ${laneOf(sample)} is ${state}: ${meaning}`, mend };
    },
  },
  {
    metric: 'understudy_lane_restarts_total',
    read: (sample) => ({
      status: 'note',
      sentence: `Workers of ${laneOf(sample)} died or hung and were replaced, ${sample.value} so far`,
      mend: 'see what its log says of each',
    }),
  },
  {
    metric: 'shadow_interference_ratio',
    read: ({ labels, value }) =>
      labels.bound !== 'lower' || value < 0.01
        ? null
        : {
            status: 'note',
            sentence: `Shadows slow the primary of ${labels.model} down by ${(100 * value).toFixed(1)}% at least`,
            mend: 'give shadows CPUs of their own, or lower their sample',
          },
  },
  {
    metric: 'shadow_governor_state',
    read: ({ labels }) => {
      const unknown = `How much shadows slow the primary of ${labels.model} is not known`;
      if (labels.state === 'blind') {
        const sentence = `${unknown}: they still run when they have been paused`;
        const mend =
          'see what its log says; a hung run goes on until it ends, with isolation: process it is ended';
        return { status: 'warning', sentence, mend };
      }
      if (labels.state !== 'failed') return null;
      const sentence = `${unknown}: the governor has failed`;
      return { status: 'warning', sentence, mend: 'see what its log says, and start the server anew' };
    },
  },
  {
    metric: 'shadow_dropped_rows_total',
    read: (sample) => {
      const reason = dropped[sample.labels.reason ?? ''];
      if (reason === undefined) return null;
      const sentence = `${sample.value} sampled rows of ${laneOf(sample)} were dropped, since ${reason.because}`;
      return { status: 'note', sentence, mend: reason.mend };
    },
  },
  {
    metric: 'shadow_refused_segments',
    read: ({ labels, value }) => ({
      status: 'warning',
      sentence: `${value === 1 ? 'A segment' : `${value} segments`} of ${labels.model} ${value === 1 ? 'has' : 'have'} too many values and ${value === 1 ? 'is' : 'are'} neither recorded nor judged`,
      mend: 'see refused_segments in the report; send ids as entity, give numbers bins',
    }),
  },
  {
    metric: 'shadow_log_dropped_rows',
    read: ({ value }) => ({
      status: 'warning',
      sentence: `The log lost ${value} compared rows since the server started`,
      mend: 'see what its log says: the disk is full or too slow',
    }),
  },
  {
    metric: 'shadow_log_failed_flushes',
    read: ({ value }) => ({
      status: 'warning',
      sentence: `The log could not write ${value === 1 ? 'once' : `${value} times`} since the server started`,
      mend: 'see what its log says: the disk is full, or was',
    }),
  },
];

export function signsIn(samples: readonly Sample[]): Finding[] {
  return signs.flatMap(({ metric, read }) =>
    samples.flatMap((sample): Finding[] => {
      if (sample.name !== metric || !(sample.value > 0)) return [];
      const sign = read(sample);
      if (sign === null) return [];
      return [{ topic: 'port', ...sign, details: { metric, ...sample.labels, value: sample.value } }];
    }),
  );
}
