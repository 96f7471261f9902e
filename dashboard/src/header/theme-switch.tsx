import { useEffect } from 'react';
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import type { Address, Theme } from '../state/address.ts';
import { applyTheme, rememberedTheme, rememberTheme } from '../state/theme.ts';
import styles from './theme-switch.module.css';

const choices = [
  {
    id: 'light',
    name: 'Light',
    path: 'M8 5a3 3 0 1 1 0 6a3 3 0 1 1 0-6M8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8 13 13M13 3l-1.2 1.2M4.2 11.8 3 13',
  },
  { id: 'system', name: 'As the system', path: 'M2 3h12v8.5H2ZM6 14h4' },
  { id: 'dark', name: 'Dark', path: 'M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z' },
] as const;

/** Light, dark, or what the system says; remembered on this machine, and carried by the address. */
export function ThemeSwitch({
  address,
  onChange,
}: {
  readonly address: Address;
  readonly onChange: (change: Partial<Address>) => void;
}) {
  const theme = address.theme ?? rememberedTheme();
  useEffect(() => applyTheme(theme), [theme]);
  const choose = (chosen: Theme | null) => {
    rememberTheme(chosen);
    applyTheme(chosen);
    onChange({ theme: chosen });
  };
  return (
    <ToggleButtonGroup
      aria-label="Theme"
      className={styles.group}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[theme ?? 'system']}
      onSelectionChange={([key]) => choose(key === 'light' || key === 'dark' ? key : null)}
    >
      {choices.map(({ id, name, path }) => (
        <ToggleButton key={id} id={id} aria-label={name} className={styles.button}>
          <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
            <path d={path} />
          </svg>
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
