// When the box was last heard, kept in the browser: a page that is opened without a way to the box can
// still say whose page it is and since when it is alone.

import { useEffect } from 'react';
import { instant, type Instant } from '../api/units';
import { serverNow } from './clock';
import { useLink } from './live';
import { useSite } from './site';

export interface Contact {
  at: Instant;
  name: string;
  timezone: string;
}

const storageKey = 'spindle.contact';
const writeMs = 20_000;

/** Null when there was none, or what is kept can't be read. */
export function parseContact(text: string | null): Contact | null {
  try {
    const kept = JSON.parse(text ?? 'null') as Partial<Contact> | null;
    if (typeof kept?.at !== 'number' || !Number.isFinite(kept.at) || typeof kept.name !== 'string' || typeof kept.timezone !== 'string') return null;
    return { at: instant(kept.at), name: kept.name, timezone: kept.timezone };
  } catch {
    return null;
  }
}

export function lastContact(): Contact | null {
  try {
    return parseContact(localStorage.getItem(storageKey));
  } catch {
    return null;
  }
}

export function useRememberContact(): void {
  const { phase } = useLink();
  const { name, timezone, version } = useSite();
  const open = phase === 'open' && version !== '';
  useEffect(() => {
    if (!open) return undefined;
    const write = () => {
      try {
        localStorage.setItem(storageKey, JSON.stringify({ at: serverNow(), name, timezone } satisfies Contact));
      } catch {
        // Not remembered then.
      }
    };
    write();
    const timer = setInterval(write, writeMs);
    return () => {
      clearInterval(timer);
      write();
    };
  }, [open, name, timezone]);
}
