import { describe, expect, it } from 'vitest';
import { labelChoices, labelComplaint, mostChoices } from '../../../dashboard/src/data/label-choices.ts';
import { simulatedReport } from '../../support/simulated-report.ts';

const report = await simulatedReport();

describe('labels to choose from', () => {
  it('are those that the versions have given where they disagree', () => {
    expect(labelChoices(report)).toEqual(['0', '1']);
  });

  it('are typed in where there are many, or where there are no classes', () => {
    const flips = Array.from({ length: mostChoices }, (_, n) => ({ primary: `${n}`, shadow: 'x', n: 1 }));
    expect(labelChoices({ ...report, flips })).toBeNull();
    expect(labelChoices({ ...report, flips: [] })).toBeNull();
    expect(labelChoices({ ...report, task: 'regression', flips: null })).toBeNull();
  });
});

describe('a typed label', () => {
  it('is refused where it is empty, or no number for a regression', () => {
    expect(labelComplaint('classification', ' ')).toMatch(/first/);
    expect(labelComplaint('regression', 'twelve')).toMatch(/number.*“twelve” is none/);
  });

  it('may be sent otherwise', () => {
    expect(labelComplaint('classification', 'cat')).toBeNull();
    expect(labelComplaint('regression', '-1.5e3')).toBeNull();
  });
});
