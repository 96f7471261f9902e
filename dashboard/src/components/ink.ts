/** Colours of theme.css, for plots: they follow the theme by themselves. */
export const ink = {
  primary: 'var(--primary)',
  shadow: 'var(--shadow)',
  control: 'var(--control)',
  text: 'var(--text)',
  quiet: 'var(--quiet)',
  line: 'var(--line)',
  faint: 'var(--faint)',
  regressed: 'var(--regressed)',
  undecided: 'var(--undecided)',
  good: 'var(--good)',
} as const;
