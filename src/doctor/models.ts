import { sampleText } from '../config/sample.ts';
import { sentenceOf } from '../errors.ts';
import { type ProviderName, planProviders } from '../inference/execution-provider/plan-providers.ts';
import { bytesText } from './bytes-text.ts';
import type { Finding } from './finding.ts';
import { fateOf } from './run-trial.ts';
import type { Survey, SurveyedModel, SurveyedVersion } from './survey-models.ts';
import type { SessionTrials } from './try-sessions.ts';

/** What the machine has for models. */
export interface Capacity {
  /** CPUs that the process may use. */
  readonly cpus: number;
  /** Bytes that it may take. */
  readonly memoryBytes: number;
  readonly trials: SessionTrials;
}

const topic = 'models';

export function modelFindings(survey: Survey, directory: string, capacity: Capacity): Finding[] {
  const findings: Finding[] = [];
  if (survey.models.length === 0) {
    const sentence = `There is no model in ${directory}`;
    const mend = 'put one there: models/NAME/VERSION/model.onnx, or NAME.vVERSION.onnx';
    findings.push({ topic, status: 'warning', sentence, mend });
  }
  for (const remark of survey.remarks) {
    const mend = 'docs/models.md says how files are to lie and to be named';
    findings.push({ topic, status: 'warning', sentence: capitalised(remark), mend });
  }
  if (survey.rolesRefusal !== null) {
    const mend = 'restore roles.json, or remove it to have roles decided afresh';
    findings.push({ topic, status: 'problem', sentence: capitalised(survey.rolesRefusal), mend });
  }
  return [
    ...findings,
    ...survey.models.flatMap((model) => modelOf(model, capacity)),
    ...room(survey, capacity),
  ];
}

/** Versions of a model that would be loaded: the primary, then its shadows. */
export function playingVersions({ versions, deployment }: SurveyedModel): readonly SurveyedVersion[] {
  if (deployment.kind === 'refused') return [];
  const { primary, shadows } = deployment.roles;
  const numbers = [primary, ...shadows.map(({ version }) => version)];
  return numbers.flatMap((number) => versions.find(({ version }) => version === number) ?? []);
}

function modelOf(model: SurveyedModel, capacity: Capacity): Finding[] {
  const { name, deployment } = model;
  const files = model.versions.flatMap((version) => refused(model, version));
  if (deployment.kind === 'refused') {
    const sentence = `${name} cannot be served: ${deployment.sentence}`;
    const mend = 'correct its deployment.yaml; docs/models.md lists every key';
    return [{ topic, status: 'problem', sentence, mend }, ...files];
  }
  const { roles } = deployment;
  const shadows = roles.shadows.map(({ version, sample }) => `v${version} (${sampleText(sample)})`);
  const playing = playingVersions(model);
  const isWhole = playing.every(({ refusal }) => refusal === null);
  const verb = playing[0]?.refusal === null ? 'is' : 'would be';
  const sentence = `${name}: v${roles.primary} ${verb} primary, ${
    shadows.length === 0 ? 'without a shadow' : `shadowed by ${shadows.join(', ')}`
  }`;
  const unused = model.versions.filter((version) => !playing.includes(version));
  const idle =
    unused.length === 0 ? '' : `; not used: ${unused.map(({ version }) => `v${version}`).join(', ')}`;
  const about = { topic, mend: null, details: { primary: roles.primary, shadows: roles.shadows } } as const;
  return [
    { ...about, status: isWhole ? 'ok' : 'note', sentence: `${sentence}${idle}` },
    ...roles.remarks.map(
      (remark): Finding => ({ topic, status: 'note', sentence: capitalised(remark), mend: null }),
    ),
    ...files,
    ...provider(model, capacity.trials),
    ...device(model, capacity.trials),
    ...threads(model, capacity.cpus),
  ];
}

const mends = {
  read: 'let the user that serves read the file',
  parse: 'copy the file again, whole: under another name first, then rename it',
  inspect: 'export the model again as the sentence says; docs/models.md says what can be served',
} as const;

function refused(model: SurveyedModel, version: SurveyedVersion): Finding[] {
  const { refusal } = version;
  if (refusal === null) return [];
  const isPlaying = model.deployment.kind === 'refused' || playingVersions(model).includes(version);
  const sentence = `${model.name} v${version.version} cannot be served: ${refusal.sentence.replace(/\.$/, '')}`;
  const details = { path: version.path, sizeBytes: version.sizeBytes };
  return [
    { topic, status: isPlaying ? 'problem' : 'warning', sentence, mend: mends[refusal.stage], details },
  ];
}

function provider({ name, deployment }: SurveyedModel, trials: SessionTrials): Finding[] {
  if (deployment.kind === 'refused') return [];
  const asked = deployment.config.instance_group.execution_provider;
  const why = asked === 'auto' ? null : whyNot(asked, trials);
  if (why === null) return [];
  const sentence = `${name} asks for execution_provider ${asked}, on which no session runs here (${why})`;
  const mend = `mend what is said of ${asked} above, or write execution_provider: auto or cpu in its deployment.yaml`;
  return [{ topic, status: 'problem', sentence, mend }];
}

/** In the words of the server. Providers with a library of their own take any device, and are told of above. */
function device({ name, deployment }: SurveyedModel, trials: SessionTrials): Finding[] {
  if (deployment.kind === 'refused') return [];
  const { execution_provider: executionProvider, device } = deployment.config.instance_group;
  if (executionProvider === 'auto' || trials[executionProvider].library !== null) return [];
  try {
    planProviders({ executionProvider, device });
    return [];
  } catch (error) {
    const mend = 'leave device out of its deployment.yaml; docs/gpu.md says what it means where';
    return [{ topic, status: 'problem', sentence: `${name} cannot be loaded: ${sentenceOf(error)}`, mend }];
  }
}

/** Null where a session ran. */
export function whyNot(provider: ProviderName, trials: SessionTrials): string | null {
  const { trial } = trials[provider];
  if (trial === null) return 'its library is not installed';
  return trial.kind === 'answered' ? null : `it ${fateOf(trial)}`;
}

function threads({ name, deployment }: SurveyedModel, cpus: number): Finding[] {
  if (deployment.kind === 'refused') return [];
  const { count, threads } = deployment.config.instance_group;
  const wanted = count * (threads === 'auto' ? cpus : threads);
  if (wanted <= cpus) return [];
  const sentence = `The primary of ${name} asks for ${wanted} threads (${count} × ${threads}), and the process may use ${cpus} CPUs`;
  const mend = 'lower instance_group.count or threads: threads that wait for a CPU make each other slow';
  return [{ topic, status: 'warning', sentence, mend }];
}

/** Files only: what a session takes beside them is known once it is loaded. */
function room({ models }: Survey, { memoryBytes }: Capacity): Finding[] {
  const needed = models.reduce((sum, model) => sum + bytesOf(model), 0);
  if (needed <= 0.7 * memoryBytes) return [];
  const sentence = `The models to be loaded take ${bytesText(needed)} as files alone, and the process may take ${bytesText(memoryBytes)}`;
  const mend = 'give it more memory, or load less: fewer instances, fewer shadows';
  return [{ topic, status: 'warning', sentence, mend, details: { needed, memoryBytes } }];
}

function bytesOf(model: SurveyedModel): number {
  if (model.deployment.kind === 'refused') return 0;
  const { count } = model.deployment.config.instance_group;
  return playingVersions(model).reduce((sum, { sizeBytes }) => sum + count * sizeBytes, 0);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
