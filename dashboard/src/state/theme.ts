import type { Theme } from './address.ts';

const key = 'understudy-theme';

/** What was chosen before, on this machine; null for what the system says. */
export function rememberedTheme(): Theme | null {
  try {
    const theme = localStorage.getItem(key);
    return theme === 'light' || theme === 'dark' ? theme : null;
  } catch {
    // A browser that keeps nothing for us follows the system.
    return null;
  }
}

export function rememberTheme(theme: Theme | null): void {
  try {
    if (theme === null) localStorage.removeItem(key);
    else localStorage.setItem(key, theme);
  } catch {
    // See above: then it holds as long as the address says so.
  }
}

export function applyTheme(theme: Theme | null): void {
  if (theme === null) delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
