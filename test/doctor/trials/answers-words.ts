import { answerTrial } from '../../../src/doctor/answer-trial.ts';

answerTrial(() => 'forty-two');
