import type { FastifyInstance } from 'fastify';

/** The methods that a path takes, in alphabetical order; empty where there is no such path. */
export type AllowedMethods = (path: string) => readonly string[];

/** Remembers the routes that are added from now on. */
export function recordMethods(app: FastifyInstance): AllowedMethods {
  const routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = [];
  app.addHook('onRoute', ({ url, method }) => {
    routes.push({ pattern: patternOf(url), methods: [method].flat() });
  });
  return (path) => {
    const fitting = routes.filter(({ pattern }) => pattern.test(path));
    return [...new Set(fitting.flatMap(({ methods }) => methods))].sort();
  };
}

/** `/v2/models/:model` or `/dashboard/*` as a pattern of whole paths, with and without a slash at the end. */
function patternOf(url: string): RegExp {
  const escaped = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\/$/, '');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replace(/:\w+/g, '[^/]+')}/?$`);
}
