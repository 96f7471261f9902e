import { z } from 'zod';
import { bytesText } from './bytes-text.ts';
import type { Finding } from './finding.ts';
import { playingVersions, whyNot } from './models.ts';
import { fateOf, runTrial } from './run-trial.ts';
import type { Survey, SurveyedModel, SurveyedVersion } from './survey-models.ts';
import type { SessionTrials } from './try-sessions.ts';

const answerSchema = z.strictObject({
  provider: z.string(),
  loadMilliseconds: z.number(),
  memoryBytes: z.number(),
  batching: z.boolean(),
  remarks: z.array(z.string()),
  task: z.string(),
  /** Whether it ran on any of the inputs made up for it. */
  ran: z.boolean(),
});

type Loaded = z.output<typeof answerSchema>;

const topic = 'models';
/** Large models come from slow disks. */
const limitMs = 180_000;

/** Loads and tries every version that has a role, one after the other, each in a process of its own. */
export async function loadModels({ models }: Survey, trials: SessionTrials): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const model of models) {
    for (const version of playingVersions(model)) {
      if (version.refusal === null) findings.push(...(await load(model, version, trials)));
    }
  }
  return findings;
}

async function load(
  model: SurveyedModel,
  version: SurveyedVersion,
  trials: SessionTrials,
): Promise<Finding[]> {
  if (model.deployment.kind === 'refused') return [];
  const { config } = model.deployment;
  const asked = config.instance_group.execution_provider;
  // It is said already, and a driver that crashed once need not be provoked for every version.
  if (asked !== 'auto' && whyNot(asked, trials) !== null) return [];
  const module = new URL('./load-trial.ts', import.meta.url);
  const input = { model: model.name, version: version.version, path: version.path, config };
  const outcome = await runTrial(module, input, answerSchema, limitMs);
  const named = `${model.name} v${version.version}`;
  if (outcome.kind === 'answered') return loadedFindings(named, outcome.answer);
  const mend =
    outcome.kind === 'failed'
      ? 'do as the sentence says; docs/models.md says what can be served'
      : 'do not serve it: it would take the server along; isolation: process keeps a shadow like that apart';
  return [{ topic, status: 'problem', sentence: `Loading ${named} ${fateOf(outcome)}`, mend }];
}

export function loadedFindings(named: string, loaded: Loaded): Finding[] {
  const remarks = loaded.remarks.map(
    (remark): Finding => ({ topic, status: 'note', sentence: `${named}: ${remark}`, mend: null }),
  );
  const took = `${Math.round(loaded.loadMilliseconds)} ms and ${bytesText(loaded.memoryBytes)}`;
  const how = `on ${loaded.provider}, ${loaded.task}, ${loaded.batching ? 'requests share runs' : 'each request runs alone'}`;
  if (!loaded.ran) {
    const sentence = `${named} loads (${took}, ${how}) and ran on none of the inputs made up for it`;
    const mend =
      'send it a real request: where that works all is well, except that its requests never share runs';
    return [{ topic, status: 'warning', sentence, mend, details: loaded }, ...remarks];
  }
  return [
    {
      topic,
      status: 'ok',
      sentence: `${named} loads and runs (${took}, ${how})`,
      mend: null,
      details: loaded,
    },
    ...remarks,
  ];
}
