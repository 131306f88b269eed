// The first visit must be quick over the plant's worst Wi-Fi: the build says how large the script and the
// style of the first page are, and fails above the budget. SIZES=1 also says what they are made of.

import { gzipSync } from 'node:zlib';
import type { Plugin, Rollup } from 'vite';

const scriptMax = 300_000;
const styleMax = 60_000;

const packageOf = (id: string) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? `ours: ${id.split('/src/')[1]?.split('/').slice(0, 2).join('/') ?? id}`;

/** The entry and everything it needs before it can run. */
function withImports(bundle: Rollup.OutputBundle, entry: Rollup.OutputChunk): Rollup.OutputChunk[] {
  const names = new Set([entry.fileName]);
  for (const name of names) for (const other of (bundle[name] as Rollup.OutputChunk).imports) names.add(other);
  return [...names].map((name) => bundle[name] as Rollup.OutputChunk);
}

function told(chunks: readonly Rollup.OutputChunk[]): string {
  const sizes = new Map<string, number>();
  for (const { modules } of chunks)
    for (const [id, { renderedLength }] of Object.entries(modules)) sizes.set(packageOf(id), (sizes.get(packageOf(id)) ?? 0) + renderedLength);
  const largest = [...sizes].sort((a, b) => b[1] - a[1]).slice(0, 25);
  return largest.map(([name, size]) => `  ${String(Math.round(size / 1000)).padStart(5)} kB before minifying  ${name}`).join('\n');
}

export function sizeBudget(): Plugin {
  return {
    name: 'size-budget',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const entry = Object.values(bundle).find((file): file is Rollup.OutputChunk => file.type === 'chunk' && file.isEntry && file.name === 'index');
        if (entry === undefined) return this.error('there is no entry called index');
        const chunks = withImports(bundle, entry);
        const packed = (text: string | Uint8Array) => gzipSync(text, { level: 9 }).length;
        const script = chunks.reduce((sum, { code }) => sum + packed(code), 0);
        const styles = new Set(chunks.flatMap((chunk) => [...(chunk.viteMetadata?.importedCss ?? [])]));
        const style = [...styles].reduce((sum, name) => sum + packed((bundle[name] as Rollup.OutputAsset).source), 0);
        this.info(`first page, compressed: script ${Math.round(script / 1000)} kB of ${scriptMax / 1000}, style ${Math.round(style / 1000)} kB of ${styleMax / 1000}`);
        if (process.env['SIZES']) this.info(`made of\n${told(chunks)}`);
        if (script > scriptMax || style > styleMax) this.error('the first page is over its budget; fetch what it can do without later (import())');
      },
    },
  };
}
