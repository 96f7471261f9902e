import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** npm's `prepare`: builds the dashboard where what builds it is installed, and else says how to. */
const vite = await import('vite').catch((error: NodeJS.ErrnoException) => {
  if (error.code === 'ERR_MODULE_NOT_FOUND') return null;
  throw error;
});
if (vite !== null) {
  await vite.build({
    configFile: fileURLToPath(new URL('vite.config.ts', import.meta.url)),
    logLevel: 'warn',
  });
} else if (!existsSync(new URL('dist/index.html', import.meta.url))) {
  process.stdout.write(
    'The dashboard is not built, since Vite is not installed: after an "npm ci" with development dependencies, "npm run build:dashboard" builds it.\n',
  );
}
