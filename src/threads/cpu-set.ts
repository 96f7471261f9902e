/** No kernel is built for more CPUs. */
const mostCpus = 8192;

/**
 * CPUs as the kernel writes them in its cpulists and `taskset -c` takes them: `0-3,6`, with a stride `0-14:2/4`
 * (of every 4 CPUs the first 2).
 *
 * @returns the numbers, ascending, each once
 * @throws with a sentence that quotes what is wrong
 */
export function parseCpuSet(text: string): number[] {
  const cpus = new Set<number>();
  for (const part of text.split(',')) {
    for (const cpu of cpusOf(part.trim(), text)) cpus.add(cpu);
  }
  return [...cpus].sort((a, b) => a - b);
}

/** As `parseCpuSet` reads it, in as few ranges as may be; empty for no CPU. */
export function formatCpuSet(cpus: readonly number[]): string {
  const sorted = [...new Set(cpus)].sort((a, b) => a - b);
  const ranges: { first: number; last: number }[] = [];
  for (const cpu of sorted) {
    const range = ranges.at(-1);
    if (range && range.last === cpu - 1) range.last = cpu;
    else ranges.push({ first: cpu, last: cpu });
  }
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

const partPattern = /^(?<first>\d+)(?:-(?<last>\d+)(?::(?<used>\d+)\/(?<group>\d+))?)?$/;

function cpusOf(part: string, text: string): number[] {
  const groups = partPattern.exec(part)?.groups;
  if (!groups) {
    const quoted = part === '' ? 'nothing' : `"${part}"`;
    throw new Error(
      `"${text}" is no set of CPUs: it holds ${quoted} where a number or a range is due, as in 0-3,6`,
    );
  }
  const first = Number(groups.first);
  const last = Number(groups.last ?? groups.first);
  const used = Number(groups.used ?? 1);
  const group = Number(groups.group ?? 1);
  if (last < first) throw new Error(`"${text}" is no set of CPUs: the range ${part} runs backwards`);
  if (last >= mostCpus) {
    throw new Error(
      `"${text}" is no set of CPUs: they are numbered from 0 to ${mostCpus - 1} at most, not ${last}`,
    );
  }
  if (used < 1 || used > group) {
    throw new Error(`"${text}" is no set of CPUs: ${part} takes ${used} of every ${group}, which cannot be`);
  }
  const cpus: number[] = [];
  for (let cpu = first; cpu <= last; cpu++) if ((cpu - first) % group < used) cpus.push(cpu);
  return cpus;
}
