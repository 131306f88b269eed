// When the box was last heard, kept in the browser: a page that is opened without a way to the box can
// still say whose page it is and since when it is alone.

import { useEffect } from 'react';
import { instant, type Instant } from '../api/units';
import { serverNow } from './clock';
import { useLink } from './live';
import { useSite } from './site';

export interface Contact {
  /** On the box's clock, as people there would say it. */
  at: Instant;
  /** On this device's clock, so that the age is right even where the two clocks differ. */
  seen: number;
  name: string;
  timezone: string;
}

const storageKey = 'spindle.contact';
const writeMs = 20_000;

/** Null when there was none, or what is kept can't be read. */
export function parseContact(text: string | null): Contact | null {
  try {
    const kept = JSON.parse(text ?? 'null') as Partial<Contact> | null;
    const { at, seen, name, timezone } = kept ?? {};
    if (!Number.isFinite(at) || !Number.isFinite(seen) || typeof name !== 'string' || typeof timezone !== 'string') return null;
    return { at: instant(at as number), seen: seen as number, name, timezone };
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
        localStorage.setItem(storageKey, JSON.stringify({ at: serverNow(), seen: Date.now(), name, timezone } satisfies Contact));
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
