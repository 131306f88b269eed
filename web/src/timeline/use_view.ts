// The part of the window that is looked at. It is carried along when the window moves on, and
// started anew when another is chosen.

import { useEffect, useRef, useState } from 'react';
import { followed, type View } from './view';

/** `chosen` names the choice the bounds were made from. */
export function useView(bounds: View, chosen: string): [View, (view: View) => void] {
  const [view, setView] = useState<View>(bounds);
  const before = useRef({ bounds, chosen });
  let current = view;
  const known = before.current;
  if (known.bounds.from !== bounds.from || known.bounds.to !== bounds.to || known.chosen !== chosen)
    current = known.chosen === chosen ? followed(view, known.bounds, bounds) : { from: bounds.from, to: bounds.to };
  useEffect(() => {
    if (current === view && before.current.bounds === bounds) return;
    before.current = { bounds, chosen };
    setView(current);
    // Only other bounds move the view by themselves.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [bounds.from, bounds.to, chosen]);
  return [current, setView];
}
