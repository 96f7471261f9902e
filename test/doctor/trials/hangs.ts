import { answerTrial } from '../../../src/doctor/answer-trial.ts';

/** Blocks its thread, as a call into a driver does. */
answerTrial(() => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
