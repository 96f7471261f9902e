import packageJson from '../../package.json' with { type: 'json' };
import type { PortFacts, RunningModel, RunningVersion } from './ask-port.ts';
import type { Finding } from './finding.ts';
import { portUseFinding } from './listening.ts';
import { readMetrics } from './read-metrics.ts';
import { signsIn } from './server-signs.ts';

const topic = 'port';

export function portFindings(facts: PortFacts, host: string, port: number): Finding[] {
  if (facts.kind === 'understudy') return running(facts);
  return [portUseFinding(facts, { host, port, option: '--http-port' })];
}

function running(facts: Extract<PortFacts, { kind: 'understudy' }>): Finding[] {
  const { url, version, isReady, models } = facts;
  const about = { topic, details: { url, version, models } } as const;
  const named = `An Understudy (${version}) listens on ${url}`;
  const ready = models.filter((model) => model.ready);
  const findings: Finding[] = [
    isReady
      ? {
          ...about,
          status: 'ok',
          sentence: `${named} and is ready, with ${ready.length} of ${models.length} models`,
          mend: null,
        }
      : {
          ...about,
          status: 'warning',
          sentence: `${named} and is not ready yet`,
          mend: 'wait until it has loaded its models',
        },
  ];
  if (version !== packageJson.version) {
    const sentence = `It is version ${version}, and this is ${packageJson.version}`;
    findings.push({ topic, status: 'note', sentence, mend: 'start it again to serve with this version' });
  }
  if (isReady) findings.push(...models.flatMap(modelFindings));
  return [...findings, ...signsIn(readMetrics(facts.metrics))];
}

function modelFindings({ name, reason, versions }: RunningModel): Finding[] {
  const mend = 'mend the model and start the server again';
  if (reason !== null) {
    return [{ topic, status: 'problem', sentence: `It does not serve ${name}: ${reason}`, mend }];
  }
  const refused = versions.flatMap(({ version, reason: why }): Finding[] =>
    why === null
      ? []
      : [{ topic, status: 'problem', sentence: `It does not run ${name} v${version}: ${why}`, mend }],
  );
  return [...refused, ...providerRemarks(name, versions), ...mixedProviders(name, versions)];
}

/** Versions that say the same are named together. */
function providerRemarks(name: string, versions: readonly RunningVersion[]): Finding[] {
  const sayings = Map.groupBy(
    versions.flatMap(({ version, remarks }) => remarks.map((remark) => ({ version, remark }))),
    ({ remark }) => remark,
  );
  return [...sayings].map(([remark, sayers]) => {
    const named = `${name} ${sayers.map(({ version }) => `v${version}`).join(', ')}`;
    return { topic, status: 'note', sentence: `It runs ${named} so: ${remark}`, mend: null };
  });
}

function mixedProviders(name: string, versions: readonly RunningVersion[]): Finding[] {
  const running = versions.filter(({ executionProvider }) => executionProvider !== null);
  if (new Set(running.map(({ executionProvider }) => executionProvider)).size < 2) return [];
  const each = running.map(({ version, executionProvider }) => `v${version} on ${executionProvider}`);
  const sentence = `It runs ${name} ${each.join(', ')}: their latency and cost cannot be compared`;
  const mend = 'name one execution_provider that works for all of them, instead of auto';
  return [{ topic, status: 'warning', sentence, mend }];
}
