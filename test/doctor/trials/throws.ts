import { answerTrial } from '../../../src/doctor/answer-trial.ts';

answerTrial(() => {
  throw new Error('the driver is too old\nand this is how it was found out');
});
