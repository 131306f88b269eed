import { fileURLToPath } from 'node:url';
import { startMock } from './server.mjs';

const mock = await startMock({
  port: Number(process.env.PORT ?? 8099),
  dist: fileURLToPath(new URL('../dist', import.meta.url)),
  now: Date.parse(process.env.MOCK_NOW ?? '2024-03-14T06:05:09Z'),
  machines: process.env.MOCK_MACHINES === undefined ? undefined : Number(process.env.MOCK_MACHINES),
  rate: Number(process.env.MOCK_RATE ?? 0),
});
console.log(`pretended plant on ${mock.url}`);

// Something to look at: a machine that starts and stops, and parts.
setInterval(() => mock.setState('vmc-2', Date.now() % 40_000 < 20_000 ? 'run' : 'idle'), 20_000);
setInterval(() => mock.addPart('vmc-1'), 7_000);
