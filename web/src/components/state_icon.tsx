// A shape for each state, so that no one has to tell states by colour. Drawn on a 24 × 24 field in
// the colour of the text around it.

import type { ReactNode } from 'react';
import type { MachineState } from '../state/states';

const line = (d: string, width = 2.6) => (
  <path d={d} fill="none" stroke="currentColor" strokeWidth={width} strokeLinecap="round" strokeLinejoin="round" />
);

const wrench = line('M19.6 7.2a4.3 4.3 0 1 1-4.9-3.4M13 10.8 5 18.9', 3);

const shapes: Record<MachineState, ReactNode> = {
  run: <path d="M7 4.2c0-.9 1-1.4 1.7-.9l11 7.8c.6.4.6 1.3 0 1.8l-11 7.8c-.7.5-1.7 0-1.7-.9z" fill="currentColor" />,
  idle: (
    <>
      {line('M12 3.5a8.5 8.5 0 1 1 0 17a8.5 8.5 0 1 1 0-17')}
      {line('M12 7.5v5l3.4 2')}
    </>
  ),
  wait: (
    <>
      {line('M8 12.5v-6M11.3 11.5v-8M14.6 11.5v-7M17.9 12.5v-4.5')}
      <path d="M6.8 11.8h12.3v3c0 4-2.6 6.6-6 6.6-2.7 0-4.3-1-5.7-3.4l-3.3-4.5c-.9-1.3.7-2.7 1.9-1.7z" fill="currentColor" />
    </>
  ),
  hold: (
    <>
      <rect x="5.5" y="4" width="4.6" height="16" rx="1.3" fill="currentColor" />
      <rect x="13.9" y="4" width="4.6" height="16" rx="1.3" fill="currentColor" />
    </>
  ),
  setup: wrench,
  manual: (
    <>
      {line('M12 3.5a8.5 8.5 0 1 1 0 17a8.5 8.5 0 1 1 0-17')}
      {line('M12 12V4M12 12l-7 4M12 12l7 4', 2.2)}
      <circle cx="12" cy="12" r="2.6" fill="currentColor" />
    </>
  ),
  warmup: (
    <>
      {line('M10 4.5v9', 4)}
      <circle cx="10" cy="17" r="4.3" fill="currentColor" />
      {line('M15.5 5h4M15.5 9h3M15.5 13h4', 2)}
    </>
  ),
  maint: (
    <>
      {wrench}
      {line('M5 5l4.2 4.2M15 15l4.3 4.3', 3)}
    </>
  ),
  alarm: (
    <>
      {line('M12 3.6 2.8 19.8h18.4z', 2.4)}
      {line('M12 9.5v4.5', 2.6)}
      <circle cx="12" cy="17.1" r="1.45" fill="currentColor" />
    </>
  ),
  estop: (
    <>
      {line('M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3z', 2.4)}
      {line('M7.5 12h9', 3.4)}
    </>
  ),
  power_off: (
    <>
      {line('M12 3.5v8')}
      {line('M7.3 6.6a8 8 0 1 0 9.4 0')}
    </>
  ),
  offline: (
    <>
      {line('M10.2 7.5 12 5.7a4.3 4.3 0 0 1 6.1 6.1L16.3 13.6M13.8 16.5 12 18.3a4.3 4.3 0 0 1-6.1-6.1l1.8-1.8', 2.4)}
      {line('M4 4l3 3M17 17l3 3M9.5 3.5v2.5M14.5 18v2.5', 2)}
    </>
  ),
};

export function StateIcon({ state, size = 24 }: { state: MachineState; size?: number | string }) {
  return (
    <svg viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false" style={{ flex: 'none' }}>
      {shapes[state]}
    </svg>
  );
}
