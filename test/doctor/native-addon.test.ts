import { describe, expect, it } from 'vitest';
import { loadAddon } from '../../native/addon.ts';
import { addonFindings, readAddonState } from '../../src/doctor/native-addon.ts';

describe('the native addon', () => {
  it.skipIf(loadAddon() === null)('offers all that is wanted of it, where it is built', () => {
    expect(readAddonState().kind).toBe('ready');
  });

  it('is missing where it was not built, with what is lost and the mend', () => {
    const [finding] = addonFindings(
      readAddonState(() => null),
      'linux',
    );
    expect(finding).toMatchObject({
      status: 'warning',
      sentence: expect.stringMatching(/not built: shadow threads are niced instead of idle/),
      mend: expect.stringMatching(/g\+\+.*npm run build:native/),
    });
  });

  it('is not missed where there is none to build', () => {
    const [finding] = addonFindings(
      readAddonState(() => null),
      'darwin',
    );
    expect(finding).toMatchObject({ status: 'note', mend: null });
  });

  it('is broken where loading it throws', () => {
    const throwing = readAddonState(() => {
      throw new Error("libstdc++.so.6: version `GLIBCXX_3.4.32' not found\nRequire stack");
    });
    expect(throwing).toEqual({ kind: 'broken', why: expect.stringMatching(/GLIBCXX_3\.4\.32' not found$/) });
    expect(addonFindings(throwing, 'linux')[0]).toMatchObject({ status: 'problem' });
  });
});
