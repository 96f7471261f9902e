import packageJson from '../../package.json' with { type: 'json' };
import type { Finding } from './finding.ts';

export interface NodeFacts {
  /** Without the leading `v`. */
  readonly version: string;
  readonly platform: string;
  readonly architecture: string;
  /** The one that package.json pins. */
  readonly pinned: string;
}

export function readNodeFacts(): NodeFacts {
  return {
    version: process.versions.node,
    platform: process.platform,
    architecture: process.arch,
    pinned: packageJson.dependencies.node,
  };
}

export function nodeFindings(facts: NodeFacts): Finding[] {
  const { version, platform, architecture, pinned } = facts;
  const about = { topic: 'node', details: { ...facts } } as const;
  const running = `Node ${version} (${platform} ${architecture}) runs this`;
  const mend =
    'run it through npm or npx, which put the pinned Node first: "npm start", "npx understudy doctor"';
  const [major, pinnedMajor] = [majorOf(version), majorOf(pinned)];
  const order = compareReleases(version, pinned);
  if (major < pinnedMajor) {
    return [{ ...about, status: 'problem', sentence: `${running}; it needs Node ${pinnedMajor}`, mend }];
  }
  if (order < 0) {
    return [{ ...about, status: 'note', sentence: `${running}; it is tested with ${pinned}`, mend }];
  }
  if (major > pinnedMajor) {
    return [
      {
        ...about,
        status: 'note',
        sentence: `${running}, newer than ${pinned}, which it is tested with`,
        mend,
      },
    ];
  }
  const which = order === 0 ? 'the release that package.json pins' : `package.json pins ${pinned}`;
  return [{ ...about, status: 'ok', sentence: `${running}, ${which}`, mend: null }];
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}

/** Negative where `a` is the older one. */
function compareReleases(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map((part) => Number.parseInt(part, 10)));
  for (let i = 0; i < 3; i++) {
    const difference = (left![i] ?? 0) - (right![i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
