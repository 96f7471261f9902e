import type { Report } from '../../../src/analysis/report/report.ts';
import { flipLabels } from './flip-matrix.ts';

/** More than these are a text field. */
export const mostChoices = 6;

/**
 * Labels to choose from by a button each; null where they are to be typed in: where they are too many, or no class at all.
 * What the versions said of the row in question has no part in it, since a person who knows is led by it.
 */
export function labelChoices({ task, flips }: Report): readonly string[] | null {
  if (task !== 'classification' || flips === null) return null;
  const labels = flipLabels(flips);
  return labels.length < 2 || labels.length > mostChoices ? null : labels;
}

/** What keeps a typed label from being one, as a sentence; null where it may be sent. */
export function labelComplaint(task: Report['task'], text: string): string | null {
  if (text.trim() === '') return 'Write the label first.';
  if (task === 'regression' && !Number.isFinite(Number(text))) {
    return `The truth of a regression is a number, like 12.5; “${text.trim()}” is none.`;
  }
  return null;
}
