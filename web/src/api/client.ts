// One way out to the API: fetch, JSON, and an error a person can read.

/** One thing that is wrong with what was sent, and where: `/signals/0/type`. */
export interface FieldError {
  path: string;
  what: string;
}

/** The server understood and said no, or could not be reached (`status` 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: readonly FieldError[] = [],
  ) {
    super(detail || title);
    this.name = 'ApiError';
  }
}

const base = '/api/v1';
const timeoutMs = 20_000;

async function problemOf(response: Response): Promise<ApiError> {
  const fallback = `HTTP ${response.status}`;
  try {
    const body = (await response.json()) as { title?: string; detail?: string; errors?: FieldError[] };
    return new ApiError(response.status, body.title ?? fallback, body.detail ?? '', body.errors ?? []);
  } catch {
    return new ApiError(response.status, fallback, '');
  }
}

async function send(path: string, init: RequestInit, signal?: AbortSignal, patienceMs: number | null = timeoutMs): Promise<Response> {
  const abort = new AbortController();
  const timer = patienceMs === null ? undefined : setTimeout(() => abort.abort(), patienceMs);
  const forward = () => abort.abort();
  signal?.addEventListener('abort', forward);
  try {
    const response = await fetch(base + path, { ...init, signal: abort.signal });
    if (!response.ok) throw await problemOf(response);
    return response;
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted) throw error;
    throw new ApiError(0, '', '');
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', forward);
  }
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await send(path, { headers: { Accept: 'application/json' } }, signal);
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiError(response.status, '', '');
  }
}

export async function post(path: string): Promise<void> {
  await send(path, { method: 'POST' });
}

/** Asks the box to do something; its answer, or undefined where it gives none. */
export async function sendJson<T = unknown>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const init: RequestInit = { method, headers: { Accept: 'application/json', ...(body !== undefined && { 'Content-Type': 'application/json' }) } };
  const response = await send(path, body === undefined ? init : { ...init, body: JSON.stringify(body) }, signal);
  const text = response.status === 204 ? '' : await response.text();
  try {
    return (text === '' ? undefined : JSON.parse(text)) as T;
  } catch {
    throw new ApiError(response.status, '', '');
  }
}

/**
 * A whole file, for as long as that takes; only `signal` ends it early. `onSent` hears which share of it
 * is on the box: fetch can't tell that, so this is the one call made the old way.
 */
export function sendFile<T>(path: string, file: Blob, signal: AbortSignal, onSent: (share: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    request.open('POST', base + path);
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded, total }) => onSent(total > 0 ? loaded / total : 1);
    request.onloadend = () => {
      signal.removeEventListener('abort', stop);
      if (request.status === 0) return reject(new ApiError(0, '', ''));
      const response = new Response(request.responseText, { status: request.status });
      if (!response.ok) return void problemOf(response).then(reject, reject);
      try {
        resolve(JSON.parse(request.responseText) as T);
      } catch {
        reject(new ApiError(request.status, '', ''));
      }
    };
    signal.addEventListener('abort', stop);
    request.send(file);
  });
}
