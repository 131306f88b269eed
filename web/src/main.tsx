import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './theme/global.css';

import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/client';
import { startI18n } from './i18n';
import { startServiceWorker } from './pwa/register';
import { router } from './router';
import { LiveProvider } from './state/live';
import { contrastCss, startContrast } from './theme/contrast';
import { cssVariables, theme } from './theme/theme';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A box in the same building: ask even when the browser believes there is no internet.
      networkMode: 'always',
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      retryDelay: (attempt) => 500 * 2 ** attempt,
      refetchOnWindowFocus: false,
    },
    mutations: { networkMode: 'always' },
  },
});

const element = document.getElementById('root');
if (element === null) throw new Error('index.html has no #root');

startContrast();
startServiceWorker();
void startI18n().then(() => {
  createRoot(element).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={cssVariables}>
        <style>{contrastCss()}</style>
        <Notifications position="bottom-right" limit={4} />
        <QueryClientProvider client={queries}>
          <LiveProvider>
            <RouterProvider router={router} />
          </LiveProvider>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
  // Without it a page is as readable as the device's own fonts make it.
  import('./theme/noto_sans_tc').catch(() => undefined);
});
