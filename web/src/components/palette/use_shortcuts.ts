// Keys that work on every page. Single keys are left to a field that is being typed in.

import { useEffect } from 'react';

export type Asked = 'palette' | 'keys' | null;

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

/** What a key asks for; undefined when it is none of ours. */
export function askedBy(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>, inField: boolean): Asked | undefined {
  const held = event.ctrlKey || event.metaKey;
  if (held && !event.altKey && event.key.toLowerCase() === 'k') return 'palette';
  if (held || event.altKey || inField) return undefined;
  if (event.key === '/') return 'palette';
  if (event.key === '?') return 'keys';
  return undefined;
}

export function useShortcuts(onAsked: (asked: Asked) => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const asked = askedBy(event, typing(event.target));
      if (asked === undefined) return;
      event.preventDefault();
      onAsked(asked);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [onAsked]);
}
