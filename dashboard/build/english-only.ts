import type { Plugin } from 'vite';

/** React Aria speaks more than thirty languages; the page is in one, and need not carry the others. */
export function englishOnly(): Plugin {
  return {
    name: 'english-only',
    apply: 'build',
    enforce: 'pre',
    load(id) {
      const locale =
        /[\\/](?:react-aria|react-stately|react-aria-components|@react-aria|@react-stately)[\\/].*[\\/]([a-z]{2}-[A-Z]{2})\.m?js$/.exec(
          id,
        )?.[1];
      return locale === undefined || locale === 'en-US' ? null : 'export default {};';
    },
  };
}
