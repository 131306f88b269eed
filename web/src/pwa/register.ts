// Starts the service worker, where the browser has one (https, or this machine itself), and tells when
// the program on the box has become a newer one than the page that is open.

const checkMs = 3_600_000;
const reloadedKey = 'spindle.reloaded';

const listeners = new Set<() => void>();
let newer = false;

export const isNewer = (): boolean => newer;

export function onNewer(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function tell(): void {
  newer = true;
  for (const each of listeners) each();
}

/**
 * A page that was never fetched is gone with the old program: one reload brings the new one. When the
 * box does not answer at all, nothing is gone, and a reload would only lose what is on the screen.
 */
async function reloadOnLostChunk(): Promise<void> {
  try {
    await fetch('/healthz', { cache: 'no-store' });
  } catch {
    return;
  }
  try {
    if (sessionStorage.getItem(reloadedKey) === location.pathname) return tell();
    sessionStorage.setItem(reloadedKey, location.pathname);
  } catch {
    return tell(); // Nothing can be remembered: asking is better than reloading for ever.
  }
  location.reload();
}

export function startServiceWorker(): void {
  window.addEventListener('vite:preloadError', () => void reloadOnLostChunk());
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  // The first one a page gets is its own; any other comes with a newer program.
  let mine = serviceWorker.controller !== null;
  serviceWorker.addEventListener('controllerchange', () => {
    if (mine) tell();
    mine = true;
  });
  const register = async () => {
    try {
      const registration = await serviceWorker.register('/sw.js', { updateViaCache: 'none' });
      setInterval(() => void registration.update().catch(() => undefined), checkMs);
    } catch {
      // Private windows and old browsers: the pages work without, only not offline.
    }
  };
  if (document.readyState === 'complete') void register();
  else window.addEventListener('load', () => void register(), { once: true });
}
