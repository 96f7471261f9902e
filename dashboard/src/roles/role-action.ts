import type { Report } from '../../../src/analysis/report/report.ts';
import {
  type RoleCall,
  type RoleShadow,
  type RolesDocument,
  type WritableShadow,
  writable,
} from '../api/roles.ts';
import { verdicts } from '../text/verdicts.ts';
import { sampleText } from './sample-text.ts';

/** What can be done with the roles of a model, before it is confirmed. */
export type RoleAction =
  | { readonly kind: 'promote'; readonly version: string }
  | { readonly kind: 'rollback' }
  | { readonly kind: 'sample'; readonly version: string }
  | { readonly kind: 'pause' | 'resume'; readonly version: string };

export interface ActionWords {
  readonly title: string;
  /** What will happen, a sentence each. */
  readonly sentences: readonly string[];
  /** What speaks against it; null for nothing. */
  readonly warning: string | null;
  readonly confirm: string;
}

/** What is asked before it is done. */
export function wordsOf(action: RoleAction, roles: RolesDocument, report: Report | null): ActionWords {
  const { model, primary, rollback_to } = roles;
  switch (action.kind) {
    case 'promote': {
      const shadow = shadowIn(roles, action.version);
      const sample = shadow === undefined ? '' : `, with its sample of ${sampleText(shadow.sample)}`;
      return {
        title: `Make v${action.version} primary of ${model}?`,
        sentences: [
          `v${action.version} is loaded beside what runs and tried; from one request to the next it then answers every user. No request is dropped.`,
          `v${primary} takes its place as a shadow${sample}, and the comparison goes on the other way round.`,
          'A roll-back undoes it as quickly.',
        ],
        warning: promotionWarning(action.version, report),
        confirm: `Promote v${action.version}`,
      };
    }
    case 'rollback':
      return {
        title: `Roll ${model} back to v${rollback_to}?`,
        sentences: [
          `The last promotion is taken back: from one request to the next v${rollback_to} answers every user again. No request is dropped.`,
          `v${primary} goes back to where it was before that promotion.`,
        ],
        warning: null,
        confirm: `Roll back to v${rollback_to}`,
      };
    case 'sample': {
      const now = shadowIn(roles, action.version);
      return {
        title: `How much of the traffic shall v${action.version} get?`,
        sentences: [
          `Now it is ${now === undefined ? 'nothing' : sampleText(now.sample)}. Another sample takes effect at once, and nothing is loaded again.`,
          'Users notice nothing: what is sampled is only copied. Rows of before and after are weighed, so the report stays fair.',
        ],
        warning: null,
        confirm: 'Change the sample',
      };
    }
    case 'pause':
      return {
        title: `Pause v${action.version}?`,
        sentences: [
          `v${action.version} stays loaded and gets no more traffic: nothing is compared until it is resumed, so readiness stands still.`,
          `v${primary} answers as before.`,
        ],
        warning: null,
        confirm: `Pause v${action.version}`,
      };
    case 'resume': {
      const now = shadowIn(roles, action.version);
      return {
        title: `Resume v${action.version}?`,
        sentences: [
          `v${action.version} gets ${now === undefined ? 'its sample' : sampleText(now.sample)} of the traffic again, at once.`,
        ],
        warning: null,
        confirm: `Resume v${action.version}`,
      };
    }
  }
}

/** @param sample as it was entered, where the action is about that; the server says what is wrong with it */
export function callOf(action: RoleAction, { shadows }: RolesDocument, sample: string): RoleCall {
  switch (action.kind) {
    case 'promote':
      return { route: 'promote', version: action.version };
    case 'rollback':
      return { route: 'rollback' };
    default: {
      const change =
        action.kind === 'sample' ? { sample: sampleIn(sample) } : { paused: action.kind === 'pause' };
      return {
        route: 'deployment',
        shadows: shadows
          .map(writable)
          .map((one) => (one.version === action.version ? { ...one, ...change } : one)),
      };
    }
  }
}

function promotionWarning(version: string, report: Report | null): string | null {
  if (report === null || report.shadow !== version) {
    return `Nothing is known here of how v${version} compares.`;
  }
  const { decision, reasons } = report.verdict;
  if (decision === 'promote') return null;
  return `The verdict is “${verdicts[decision].words.toLowerCase()}”. ${reasons[0] ?? ''}`;
}

function shadowIn({ shadows }: RolesDocument, version: string): RoleShadow | undefined {
  return shadows.find((one) => one.version === version);
}

/** `budget=500/s` is a budget for rates by segment, as on the command line; all else is a share. */
function sampleIn(text: string): WritableShadow['sample'] {
  const budget = /^\s*budget\s*=\s*(.+?)\s*$/.exec(text)?.[1];
  return budget === undefined ? text.trim() : { budget };
}
