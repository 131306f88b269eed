// The service worker: keeps the shell of the pages, so that a phone without a way to the box shows the
// pages and says that it is offline, instead of the browser's own error. It keeps nothing the box
// answers. docs/decisions/0007-service-worker.md says why it is written by hand.
//
// A page comes from the box whenever that answers, so an update is seen at the next visit; its files
// have hashed names, so files of two versions never mix.

import { fontCache, outdated, shellCache, wayOf } from './policy';

interface Lifetime extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Fetched extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface Worker {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(kind: 'install' | 'activate', listener: (event: Lifetime) => void): void;
  addEventListener(kind: 'fetch', listener: (event: Fetched) => void): void;
}

/** Filled in by vite/service_worker.ts: what the shell is made of, and a hash of it. */
declare const SHELL: { version: string; files: string[] };

const worker = self as unknown as Worker;
const { version, files } = SHELL;
const patienceMs = 4000;

async function takeShell(): Promise<void> {
  const cache = await caches.open(shellCache(version));
  await cache.addAll(files.map((path) => new Request(path, { cache: 'no-cache' })));
}

async function dropOld(): Promise<void> {
  await Promise.all(outdated(await caches.keys(), version).map((name) => caches.delete(name)));
}

/** The box first; when it does not answer in time, the page as it was last. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(patienceMs) });
  } catch (error) {
    const kept = await caches.match('/', { cacheName: shellCache(version) });
    if (kept !== undefined) return kept;
    throw error;
  }
}

/** What is kept never changes, so it need not be asked for. Fonts are kept as they are used. */
async function asset(request: Request): Promise<Response> {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok && new URL(request.url).pathname.endsWith('.woff2'))
    await (await caches.open(fontCache)).put(request, answer.clone());
  return answer;
}

worker.addEventListener('install', (event) => event.waitUntil(takeShell().then(() => worker.skipWaiting())));
worker.addEventListener('activate', (event) => event.waitUntil(dropOld().then(() => worker.clients.claim())));
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const way = wayOf(request, worker.location.origin, files);
  if (way === 'page') event.respondWith(page(request));
  else if (way !== 'pass') event.respondWith(asset(request));
});
