import { useCallback, useState } from 'react';
import type { ChangedRoles } from './api/roles.ts';
import styles from './app.module.css';
import { Header } from './header/header.tsx';
import { ModelPage } from './model-page.tsx';
import { ConnectionNotices } from './notices/connection-notices.tsx';
import { NoModel } from './notices/empty.tsx';
import { Loading } from './notices/loading.tsx';
import { Notice } from './notices/notice.tsx';
import { viewOf } from './state/address.ts';
import { useAddress } from './state/use-address.ts';
import { useLive } from './state/use-live.ts';
import { useNow } from './state/use-now.ts';
import { useRoles } from './state/use-roles.ts';
import { useServerIndex } from './state/use-server-index.ts';

/** The page: what is looked at, how the server is doing, and all that is known of it. */
export function App() {
  const [address, changeAddress] = useAddress();
  const now = useNow(60_000);
  const [tag, setTag] = useState('');
  const { index, isLost } = useServerIndex(tag);
  const model = address.model ?? index?.models[0]?.name ?? null;
  const view = model === null ? null : viewOf(address, model, now);
  const live = useLive(view);
  const rolesTag = `${live.status?.roles.revision} ${live.status?.roles.shadows.map(({ state }) => state)} ${live.restarted}`;
  // Models and their shadows may be others after a change of roles, and in another life of the server.
  if (rolesTag !== tag) setTag(rolesTag);
  const [roles, setRoles] = useRoles(model, rolesTag);
  const [done, setDone] = useState<string | null>(null);
  const onChanged = useCallback(
    (changed: ChangedRoles) => {
      setRoles(changed);
      setDone(sentenceOf(changed));
      // A shadow that was promoted is none any more; the first one there is now is looked at.
      if (!changed.shadows.some(({ version }) => version === address.shadow)) changeAddress({ shadow: null });
    },
    [setRoles, changeAddress, address.shadow],
  );
  const { report, connection, status } = live;
  const title =
    report === null
      ? (model ?? 'Understudy')
      : `${report.verdict.decision.replaceAll('_', ' ')} · ${report.model} v${report.shadow}`;
  return (
    <>
      <title>{title}</title>
      <Header
        address={address}
        onChange={changeAddress}
        index={index}
        view={view}
        shadow={report?.shadow ?? address.shadow}
        connection={index === null && isLost ? { kind: 'lost', sinceMs: now, sentence: null } : connection}
        requestsPerSecond={status?.requests_per_second ?? null}
      />
      <main className={styles.page}>
        <h1 className="unseen">{model === null ? 'Understudy' : `Shadow deployment of ${model}`}</h1>
        <ConnectionNotices live={live} />
        {done === null ? null : (
          <Notice kind="done" onClose={() => setDone(null)}>
            {done}
          </Notice>
        )}
        {index?.models.length === 0 && model === null ? (
          <NoModel />
        ) : view === null ? (
          <Loading />
        ) : (
          <ModelPage view={view} live={live} roles={roles} onChanged={onChanged} />
        )}
      </main>
    </>
  );
}

function sentenceOf({ changed, drained, primary, shadows, last_change }: ChangedRoles): string {
  if (!changed) return 'It was so already: nothing was changed.';
  const slow = drained ? '' : ' Some requests still run on the former primary.';
  if (last_change?.before?.primary !== primary)
    return `v${primary} is primary now, and answers every user.${slow}`;
  const names = shadows.map(({ version, paused }) => `v${version}${paused ? ' (paused)' : ''}`).join(', ');
  return `Done. The shadows of v${primary}: ${names || 'none'}.`;
}
