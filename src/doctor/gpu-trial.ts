import { answerTrial } from './answer-trial.ts';
import { readAddonState } from './native-addon.ts';

/** Child process that asks NVML: where the driver has hung, so does the asking. */
answerTrial(() => {
  const state = readAddonState();
  if (state.kind !== 'ready') throw new Error('NVML is asked through the native addon, which is not there');
  state.addon.openNvml();
  return { versions: state.addon.gpuVersions(), readings: state.addon.gpuReadings() };
});
