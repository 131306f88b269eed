// What the service worker does with a request. Pure, so that a test can ask it.

export interface Asked {
  method: string;
  url: string;
  /** `navigate` for a page. */
  mode: string;
}

/** `pass`: it is as if there were no service worker. */
export type Way = 'pass' | 'page' | 'asset' | 'shell';

/** Answers of the box are never kept: old data must not look like the present. */
const live = ['/api/', '/healthz', '/readyz', '/metrics', '/sw.js'];

export function wayOf({ method, url, mode }: Asked, origin: string, shell: readonly string[]): Way {
  const to = new URL(url);
  if (method !== 'GET' || to.origin !== origin) return 'pass';
  if (live.some((path) => to.pathname === path || (path.endsWith('/') && to.pathname.startsWith(path)))) return 'pass';
  if (mode === 'navigate') return 'page';
  // A hashed name: its content never changes.
  if (to.pathname.startsWith('/assets/')) return 'asset';
  return shell.includes(to.pathname) ? 'shell' : 'pass';
}

const shellPrefix = 'spindle-shell-';
export const fontCache = 'spindle-fonts';
export const shellCache = (version: string) => `${shellPrefix}${version}`;

/**
 * Which caches to drop when `version` takes over. The version before it stays, since tabs that were
 * opened with it may still want pages they have not fetched yet.
 */
export function outdated(names: readonly string[], version: string): string[] {
  // Cache names come in the order they were made.
  const others = names.filter((name) => name.startsWith(shellPrefix) && name !== shellCache(version));
  return others.slice(0, -1);
}
