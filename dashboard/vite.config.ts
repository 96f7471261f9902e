import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { documentation } from './build/documentation.ts';
import { englishOnly } from './build/english-only.ts';
import { precompress } from './build/precompress.ts';

/** The server that `npx vite dashboard` takes the data from. */
const server = process.env.UNDERSTUDY_URL ?? 'http://127.0.0.1:8000';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // The server gives the page at `/` and its files under `/dashboard/`.
  base: '/dashboard/',
  plugins: [englishOnly(), documentation(), precompress()],
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
    modulePreload: { polyfill: false },
  },
  server: {
    // What the page imports of the server's sources lies outside of its root.
    fs: { allow: ['..'] },
    proxy: { '/v2': server, '^/$': server },
  },
});
