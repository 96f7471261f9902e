import { type Addon, loadAddon } from '../../native/addon.ts';
import { sentenceOf } from '../errors.ts';
import type { Finding } from './finding.ts';

export type AddonState =
  | { readonly kind: 'ready'; readonly addon: Addon }
  | { readonly kind: 'missing' }
  /** There is a file, and it cannot be used. */
  | { readonly kind: 'broken'; readonly why: string };

export function readAddonState(load: () => Addon | null = loadAddon): AddonState {
  try {
    const addon = load();
    return addon === null ? { kind: 'missing' } : { kind: 'ready', addon };
  } catch (error) {
    return { kind: 'broken', why: sentenceOf(error).split('\n', 1)[0]! };
  }
}

export function addonFindings(state: AddonState, platform: string): Finding[] {
  const topic = 'native addon';
  const rebuild = 'npm run build:native';
  const lost =
    'shadow threads are niced instead of idle, cannot be pinned to CPUs, there are no figures per thread or GPU, and a server that is stopped beside a run that does not end dies of the signal';
  if (state.kind === 'ready') {
    return [{ topic, status: 'ok', sentence: 'The native addon is built', mend: null }];
  }
  if (state.kind === 'broken') {
    const sentence = `The native addon is there and cannot be used: ${state.why}`;
    return [{ topic, status: 'problem', sentence, mend: `build it again on this machine: ${rebuild}` }];
  }
  if (platform !== 'linux') {
    const sentence = `The native addon is for Linux; on ${platform} threads cannot be placed, and shadows compete with the primary`;
    return [{ topic, status: 'note', sentence, mend: null }];
  }
  return [
    {
      topic,
      status: 'warning',
      sentence: `The native addon is not built: ${lost}`,
      mend: `install a C++ compiler (Debian, Ubuntu: apt-get install g++; Fedora: dnf install gcc-c++) and run ${rebuild}`,
    },
  ];
}
