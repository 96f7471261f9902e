import type { Connection } from '../api/live.ts';
import type { ServerIndex } from '../api/server-index.ts';
import { Picker } from '../components/picker.tsx';
import type { Address } from '../state/address.ts';
import type { View } from '../state/view.ts';
import { ConnectionMark } from './connection-mark.tsx';
import styles from './header.module.css';
import { ThemeSwitch } from './theme-switch.tsx';
import { WindowPicker } from './window-picker.tsx';

export interface HeaderProps {
  readonly address: Address;
  readonly onChange: (change: Partial<Address>) => void;
  readonly index: ServerIndex | null;
  readonly view: View | null;
  /** The shadow that the numbers are of. */
  readonly shadow: string | null;
  readonly connection: Connection;
  readonly requestsPerSecond: number | null;
}

/** What is looked at, and whether it is up to date. */
export function Header(props: HeaderProps) {
  const { address, onChange, index, view, shadow, connection, requestsPerSecond } = props;
  const model = index?.models.find(({ name }) => name === view?.model);
  const shadows = model?.shadows ?? [];
  return (
    <header className={styles.bar}>
      <div className={styles.inner}>
        <span className={styles.brand}>
          <svg viewBox="0 0 32 32" width="20" height="20" aria-hidden="true">
            <circle cx="13" cy="14" r="9" className={styles.lead} />
            <circle cx="19" cy="18" r="9" className={styles.understudy} />
          </svg>
          Understudy
        </span>
        <nav className={styles.pickers} aria-label="What is looked at">
          {index === null || view === null ? null : (
            <Picker
              label="Model"
              choices={index.models.map(({ name, ready }) => ({
                id: name,
                text: name,
                ...(ready ? {} : { note: 'not ready' }),
              }))}
              chosen={view.model}
              onChoose={(name) => onChange({ model: name, shadow: null })}
            />
          )}
          {model?.primary === undefined || model.primary === null || shadows.length === 0 ? null : (
            <>
              <span className={styles.slash} aria-hidden="true">
                /
              </span>
              <Picker
                label="Shadow"
                choices={shadows.map((version) => ({
                  id: version,
                  text: `v${model.primary} → v${version}`,
                }))}
                chosen={shadow ?? shadows[0]!}
                onChoose={(version) => onChange({ shadow: version })}
              />
            </>
          )}
          {view === null ? null : (
            <>
              <span className={styles.slash} aria-hidden="true">
                /
              </span>
              <WindowPicker window={address.window} onChoose={(window) => onChange({ window })} />
            </>
          )}
        </nav>
        <div className={styles.end}>
          <ConnectionMark connection={connection} requestsPerSecond={requestsPerSecond} />
          <ThemeSwitch address={address} onChange={onChange} />
        </div>
      </div>
    </header>
  );
}
