import { describeAvailableCpus } from '../threads/available-cpus.ts';
import { bytesText } from './bytes-text.ts';
import type { Finding } from './finding.ts';
import type { CgroupFacts } from './read-cgroup.ts';

/** Below this the server, its log and a small model have no room. */
const leastMemoryBytes = 512 * 1024 ** 2;
const topic = 'cgroup';

export function cgroupFindings(facts: CgroupFacts): Finding[] {
  return [cpus(facts), ...quota(facts), memory(facts)];
}

function cpus({ cpus }: CgroupFacts): Finding {
  const sentence = `The process may use ${describeAvailableCpus(cpus)}`;
  if (cpus.count > 1) return { topic, status: 'ok', sentence, mend: null, details: { ...cpus } };
  return {
    topic,
    status: 'warning',
    sentence: `${sentence}: primary, shadows, log and HTTP take turns on it`,
    mend: 'give it two CPUs or more',
    details: { ...cpus },
  };
}

function quota({ cpus, throttled }: CgroupFacts): Finding[] {
  const { quota: limit, allowed, machine } = cpus;
  if (limit === null) return [{ topic, status: 'ok', sentence: 'There is no CPU quota', mend: null }];
  const details = { ...limit, throttled };
  const said = `The CPU quota is ${Number(limit.cpus.toFixed(2))} CPUs (${limit.file})`;
  if (limit.cpus >= (allowed?.length ?? machine)) {
    return [{ topic, status: 'ok', sentence: said, mend: null, details }];
  }
  const stopped = throttled && throttled.throttledPeriods > 0;
  const share = stopped ? Math.max(1, Math.round((100 * throttled.throttledPeriods) / throttled.periods)) : 0;
  const history = stopped ? `; it was used up in ${share}% of the periods so far` : '';
  return [
    {
      topic,
      status: 'warning',
      // The quota counts CPU time whatever the policy: when it is used up every thread of the group waits.
      sentence: `${said}${history}: shadows draw on it as the primary does, and when it is used up the kernel stops both`,
      mend: 'give the container CPUs of its own (--cpuset-cpus; in Kubernetes the static CPU manager) rather than a quota, or a quota of what primary and shadows need together',
      details,
    },
  ];
}

function memory({ memoryLimit, memoryUsedBytes }: CgroupFacts): Finding {
  if (memoryLimit === null) return { topic, status: 'ok', sentence: 'There is no memory limit', mend: null };
  const used = memoryUsedBytes === null ? '' : `, ${bytesText(memoryUsedBytes)} of it in use`;
  const sentence = `The memory limit is ${bytesText(memoryLimit.bytes)}${used} (${memoryLimit.file})`;
  const details = { ...memoryLimit, memoryUsedBytes };
  if (memoryLimit.bytes >= leastMemoryBytes) return { topic, status: 'ok', sentence, mend: null, details };
  return {
    topic,
    status: 'warning',
    sentence: `${sentence}: the kernel ends the process when it takes more`,
    mend: `raise it to ${bytesText(leastMemoryBytes)} and what the models need`,
    details,
  };
}
