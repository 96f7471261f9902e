import { getNumberFromEnv, getStringFromEnv } from '@opentelemetry/core';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';

const roots: Readonly<Record<string, (ratio: number) => Sampler>> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: (ratio) => new TraceIdRatioBasedSampler(ratio),
};
const parentBased = 'parentbased_';
const usual = 'parentbased_always_on';

/**
 * Which requests are traced, by OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG: those whose clients trace them, and all
 * whose clients do not say, when left out.
 *
 * @param remark told of a value that is not one, and what is done instead
 */
export function samplerFromEnvironment(remark: (sentence: string) => void): Sampler {
  const name = getStringFromEnv('OTEL_TRACES_SAMPLER') ?? usual;
  const root = roots[name.replace(parentBased, '')];
  if (!root) {
    const known = Object.keys(roots).flatMap((one) => [one, parentBased + one]);
    remark(
      `OTEL_TRACES_SAMPLER is "${name}"; it must be one of ${known.join(', ')}; it is taken for ${usual}`,
    );
    return new ParentBasedSampler({ root: new AlwaysOnSampler() });
  }
  const sampler = root(ratioFromEnvironment(remark));
  return name.startsWith(parentBased) ? new ParentBasedSampler({ root: sampler }) : sampler;
}

function ratioFromEnvironment(remark: (sentence: string) => void): number {
  const ratio = getNumberFromEnv('OTEL_TRACES_SAMPLER_ARG') ?? 1;
  if (ratio >= 0 && ratio <= 1) return ratio;
  remark(`OTEL_TRACES_SAMPLER_ARG is ${ratio}; it must be a share from 0 to 1; it is taken for 1`);
  return 1;
}
