// Builds src/pwa/sw.ts into /sw.js and writes into it what the shell is made of.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Plugin, Rollup } from 'vite';

const isShell = (name: string) => /\.(js|css)$/.test(name) && name !== 'sw.js';

function publicFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

export function serviceWorker(): Plugin {
  let folder = '';
  return {
    name: 'service-worker',
    apply: 'build',
    configResolved: ({ publicDir }) => void (folder = publicDir),
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const hash = createHash('sha256');
        const extra = publicFiles(folder);
        for (const path of extra) hash.update(readFileSync(path));
        // Hashed names stand for their content; the entry page is content itself.
        const names = Object.keys(bundle).filter(isShell).sort();
        for (const name of names) hash.update(name);
        hash.update(String((bundle['index.html'] as Rollup.OutputAsset).source));
        const files = ['/', ...names.map((name) => `/${name}`), ...extra.map((path) => `/${relative(folder, path)}`)];
        const worker = bundle['sw.js'] as Rollup.OutputChunk;
        if (worker.imports.length > 0) this.error('sw.js shares code with the pages; it must stand alone');
        hash.update(worker.code);
        const shell = JSON.stringify({ version: hash.digest('hex').slice(0, 12), files });
        worker.code = `const SHELL=${shell};${worker.code}`;
      },
    },
  };
}
