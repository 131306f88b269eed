// What is wrong, field by field. Fields are named by the path the API uses (`/signals/2/address`), so
// that what the page finds and what the box refuses land at the same place.

import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useWords, type TextKey } from '../../i18n';

/** Words with their values, or what the box itself said. */
export type Complaint = { key: TextKey; values?: Record<string, string | number> } | { said: string };
export type Complaints = ReadonlyMap<string, Complaint>;

interface FormState {
  wrong: Complaints;
  touched: ReadonlySet<string>;
  showAll: boolean;
  touch: (path: string) => void;
}

const none: FormState = { wrong: new Map(), touched: new Set(), showAll: false, touch: () => undefined };
const FormContext = createContext<FormState>(none);

/**
 * An empty field that must be filled is not scolded before saving was tried; one that is being written,
 * only when the hand rests. Never on leaving it: what appears then would move the button that is
 * being pressed.
 */
export function Complaining({ wrong, showAll, children }: { wrong: Complaints; showAll: boolean; children: ReactNode }) {
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const state = useMemo(
    () => ({ wrong, showAll, touched, touch: (path: string) => setTouched((before) => (before.has(path) ? before : new Set(before).add(path))) }),
    [wrong, showAll, touched],
  );
  return <FormContext.Provider value={state}>{children}</FormContext.Provider>;
}

export function useSaid(): (complaint: Complaint) => string {
  const { t } = useWords();
  return (complaint) => ('said' in complaint ? complaint.said : t(complaint.key, complaint.values));
}

const restMs = 500;

export function useComplaint(path: string | undefined): { text: string | null; touch: () => void } {
  const resting = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(resting.current), []);
  const { wrong, touched, showAll, touch } = useContext(FormContext);
  const say = useSaid();
  const complaint = path === undefined ? undefined : wrong.get(path);
  const shown = complaint !== undefined && path !== undefined && (showAll || touched.has(path) || 'said' in complaint);
  const later = () => {
    clearTimeout(resting.current);
    if (path !== undefined) resting.current = setTimeout(() => touch(path), restMs);
  };
  return { text: shown ? say(complaint) : null, touch: later };
}

/** Leads to the first field that is wrong, in the order of the page. */
export function focusFirstWrong(within: ParentNode = document): void {
  const first = within.querySelector<HTMLElement>('[aria-invalid="true"]');
  first?.closest('details:not([open])')?.setAttribute('open', '');
  first?.focus();
}
