// A page that broke, or that could not be fetched: why, and a way to load it anew. The frame stays.

import { LoadError } from './trouble';

export function PageError({ error }: { error: Error }) {
  return <LoadError error={error} onRetry={() => location.reload()} />;
}
