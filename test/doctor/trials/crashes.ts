import { answerTrial } from '../../../src/doctor/answer-trial.ts';

answerTrial(() => {
  process.stderr.write('something first\nlibgpu: unexpected state\n');
  process.kill(process.pid, 'SIGSEGV');
  return new Promise(() => undefined);
});
