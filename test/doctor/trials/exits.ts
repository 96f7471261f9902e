import { answerTrial } from '../../../src/doctor/answer-trial.ts';

answerTrial(() => process.exit(3));
