import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { fonts } from './vite/fonts';
import { serviceWorker } from './vite/service_worker';
import { sizeBudget } from './vite/size_budget';

// The program serves the pages itself, from memory, at "/": assets are hashed, so that a browser may
// keep one for ever and an update is seen at the next visit. Their addresses start at "/", since
// index.html is also the answer to /machines/vmc-1.
export default defineConfig({
  plugins: [fonts(), react(), serviceWorker(), sizeBudget()],
  build: {
    target: 'es2021',
    chunkSizeWarningLimit: 1200,
    // A box may stand in a plant without any way out: nothing is loaded from elsewhere.
    modulePreload: { polyfill: false },
    // A font inside a style sheet would be one from elsewhere to the pages' policy.
    assetsInlineLimit: (path) => (path.endsWith('.woff2') ? false : undefined),
    rollupOptions: {
      input: { index: 'index.html', sw: 'src/pwa/sw.ts' },
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
  server: {
    proxy: {
      '/api': { target: process.env['SPINDLE_URL'] ?? 'http://127.0.0.1:8099', changeOrigin: true },
    },
  },
});
