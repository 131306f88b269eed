// Mantine, told what this house looks like: the device's own fonts first, large touch targets, and the grounds
// of palette.ts in both schemes.

import { Button, createTheme, TextInput, type CSSVariablesResolver } from '@mantine/core';
import { machineStates } from '../state/states';
import { ground, lightPaint, statePaint, stripePaint } from './palette';

export const fontFamily =
  '"Noto Sans TC", "PingFang TC", "Microsoft JhengHei", "Noto Sans CJK TC", "Spindle Sans TC", system-ui, sans-serif';
export const monospace = 'ui-monospace, "Cascadia Mono", Consolas, "Noto Sans Mono CJK TC", monospace';

export const theme = createTheme({
  fontFamily,
  fontFamilyMonospace: monospace,
  headings: { fontFamily, fontWeight: '650' },
  colors: {
    // Mantine's greys of the dark scheme, in the tone of palette.ts's ground.
    dark: ['#edf1f5', '#c9d2dc', '#a7b2bf', '#7c8896', '#323c48', '#2a333d', '#1a2129', '#161c23', '#10151b', '#0b0f14'],
  },
  primaryColor: 'indigo',
  primaryShade: 7,
  autoContrast: true,
  // Where white on a colour has less than 4.5 : 1, black stands on it.
  luminanceThreshold: 0.18,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // 44 px: what a finger, or a glove, hits.
    Button: Button.extend({ vars: () => ({ root: { '--button-height': '44px' } }) }),
    TextInput: TextInput.extend({ vars: () => ({ input: {}, wrapper: { '--input-height': '44px' } }) }),
  },
  breakpoints: { xs: '30em', sm: '48em', md: '62em', lg: '75em', xl: '100em' },
});

type Scheme = 'light' | 'dark';

function schemeVariables(scheme: Scheme): Record<string, string> {
  const colors = ground[scheme];
  const variables: Record<string, string> = {
    '--mantine-color-body': colors.page,
    '--mantine-color-text': colors.text,
    '--mantine-color-dimmed': colors.dim,
    '--mantine-color-default': colors.card,
    '--mantine-color-default-border': colors.line,
    '--mantine-color-placeholder': colors.dim,
    '--mantine-color-error': lightPaint.down[scheme],
    '--page': colors.page,
    '--card': colors.card,
    '--text': colors.text,
    '--dim': colors.dim,
    '--line': colors.line,
    '--here': colors.here,
    '--here-ink': colors.hereInk,
  };
  for (const state of machineStates)
    variables[`--ink-${state}`] = scheme === 'light' ? statePaint[state].inkLight : statePaint[state].inkDark;
  for (const [status, paint] of Object.entries(lightPaint)) variables[`--light-${status}`] = paint[scheme];
  return variables;
}

const fixed: Record<string, string> = {};
for (const state of machineStates) {
  fixed[`--fill-${state}`] = statePaint[state].fill;
  fixed[`--on-${state}`] = statePaint[state].on;
}
for (const [state, color] of Object.entries(stripePaint)) fixed[`--stripe-${state}`] = color;

export const cssVariables: CSSVariablesResolver = () => ({
  variables: fixed,
  light: schemeVariables('light'),
  dark: schemeVariables('dark'),
});
