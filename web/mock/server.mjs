// The pretended plant's HTTP server: the API, the live stream, and the built pages if they exist.

import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clipped, figuresOf, receiptOf } from './figures.mjs';
import { healthAt } from './status.mjs';
import { plantAt, startOfDay, timezone } from './plant.mjs';

const iso = (at) => new Date(at).toISOString();
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png', '.woff2': 'font/woff2', '.webmanifest': 'application/manifest+json' };
const keptEvents = 4096;
const beatMs = 10_000;
// As the program sends it: what the pages may load.
const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/**
 * `machines`: how many, default the fourteen of plant.mjs. `rate`: events a second of each machine,
 * parts and states by turns, besides the values that each tells once a second.
 */
/** A link that was lost and came back around each gap, and now and then something odd. */
function incidentsOf(items, from, to) {
  const incidents = items.flatMap((item, place) => {
    const odd = item.state === 'setup' ? [[item.from, 'counter_reset', 'parts 1204 -> 0']] : item.state === 'estop' ? [[item.from, 'clock_step', '+184.2 s']] : item.state === 'manual' && place % 5 === 0 ? [[item.to, 'suspect_step', 'parts +5000']] : [];
    return item.state === 'offline' ? [[item.from, 'link_down', 'connection timed out after 3 s'], [item.from + 1, 'gap', ''], [item.to, 'link_up', '']] : odd;
  });
  return incidents.filter(([at]) => at >= from && at < to);
}

export async function startMock({ port = 0, dist, now = Date.parse('2024-03-14T06:05:09Z'), machines, rate = 0 } = {}) {
  const started = Date.now();
  const clock = () => now + (Date.now() - started);
  const plant = plantAt(now, { machines });
  const seen = new Map();
  const streams = new Set();
  const kept = [];
  let nextId = 1;
  let problems = [];
  let recompute = null;
  let empty = false;

  // As the program does: values are not kept for those who come back.
  const publish = (kind, body) => {
    const id = nextId++;
    const frame = `event: ${kind}\ndata: ${JSON.stringify(body)}\n\n`;
    if (kind !== 'signal') kept.push({ id, frame: `id: ${id}\n${frame}` });
    if (kept.length > keptEvents) kept.shift();
    for (const stream of streams) stream.write(kind === 'signal' ? frame : `id: ${id}\n${frame}`);
  };

  const silent = (machine) => machine.state === 'offline';
  const lastSeen = (machine) => (silent(machine) ? machine.items.at(-1).from : (seen.get(machine.id) ?? now - 400));

  function connectionOf(machine) {
    const down = silent(machine);
    const age = (clock() - lastSeen(machine)) / 1000;
    const light = (status, age_s, error = null) => ({ status, age_s, error });
    const what = 'connect 192.0.2.40:502: connection timed out after 3 s';
    const refused = machine.id === 'press-2';
    return {
      protocol: machine.protocol,
      endpoint: `${machine.protocol}://192.0.2.${10 + plant.indexOf(machine)}:${machine.protocol === 'shdr' ? 7878 : machine.protocol === 'mtconnect' ? 5000 : 502}`,
      status: down ? 'down' : 'ok',
      last_seen: iso(lastSeen(machine)),
      error: down ? what : null,
      lights: {
        network: down ? light('down', age, what) : light('ok', 8123.4),
        session: down ? light('unknown', null) : refused ? light('warn', 8123.2, '2 addresses refused: illegal data address') : light('ok', 8123.2),
        freshness: down ? light('down', age, 'no trustworthy value within 10 s') : light('ok', age),
        clock: machine.id === 'lathe-2' ? { ...light('warn', 1.2, 'device clock is 184.2 s ahead'), skew_s: 184.2 } : { ...light(down ? 'unknown' : 'ok', down ? null : 1.1), skew_s: down ? null : 0.041 },
      },
      quarantined: refused ? ['hr:400', 'hr:401'] : [],
    };
  }

  function documentOf(machine, language, signals = true) {
    const item = machine.items.at(-1);
    const at = clock();
    const { availability, availability_known, utilization, coverage, parts, why } = figuresOf(machine, startOfDay(at), at, language);
    return {
      id: machine.id, name: machine.name, group: machine.group,
      state: machine.state, physical: machine.state, since: iso(item.from), detail: item.detail, booked: machine.booked ?? null,
      ideal_cycle_s: machine.ideal ?? null, rated_power_kw: machine.power,
      connection: connectionOf(machine),
      signals: signals ? machine.signals.map((signal) => ({ ...signal, t: iso(lastSeen(machine)) })) : [],
      today: { from: iso(startOfDay(at)), to: iso(at), parts: { ...parts, total: parts.total + (machine.extra ?? 0) }, availability, availability_known, utilization, coverage, why },
    };
  }

  function timelineOf(machine, from, to) {
    const lane = (field) => {
      const spans = [];
      for (const item of clipped(machine, from, to)) {
        const value = item.detail[field];
        const last = spans.at(-1);
        if (!value) continue;
        if (last?.value === value && item.from - last.end < 3_600_000) (last.to = iso(item.to)), (last.end = item.to);
        else spans.push({ from: iso(item.from), to: iso(item.to), value, end: item.to });
      }
      return spans.map(({ end, ...span }) => span);
    };
    const items = clipped(machine, from, to);
    return {
      from: iso(from), to: iso(to),
      items: items.map((item) => ({ from: iso(item.from), to: iso(item.to), state: item.state, physical: item.state, detail: item.detail })),
      lanes: { program: lane('program'), tool: [], operator: lane('operator'), work_order: lane('work_order'), mode: [] },
      alarms: items.filter(({ state }) => state === 'alarm' || state === 'estop').map((item) => ({
        machine: machine.id, signal: 'system', code: item.detail.alarm_code, level: 'fault', text: item.detail.alarm_text,
        from: iso(item.from), to: item.to >= to ? null : iso(item.to),
      })),
      parts: machine.parts.filter((at) => at >= from && at < to).map((at) => ({ machine: machine.id, t: iso(at), count: 'total', kind: 'normal', parts: machine.partsEach, during_setup: false })),
      incidents: incidentsOf(items, from, to).map(([at, kind, note]) => ({ t: iso(at), kind, note })),
    };
  }

  let statusChange = {};
  const statusOf = () => ({ version: '0.1.0', now: iso(clock()), problems, recompute, ...healthAt(clock(), iso), ...statusChange });

  // Each file of routes/ adds calls: default export, (context) => [[METHOD, /path/, (match, query, body) => answer]].
  // An answer may carry `status`, or be a download: `file` (its name), `type`, `bytes`; null is 404. A body
  // that is a file comes as it is.
  const context = { plant, clock, iso, timezone, publish, clipped, figuresOf, receiptOf, documentOf, timelineOf, isEmpty: () => empty, controls: {} };
  const routes = [];
  const routesFolder = fileURLToPath(new URL('routes/', import.meta.url));
  for (const file of (await readdir(routesFolder)).filter((name) => name.endsWith('.mjs')).sort())
    routes.push(...(await import(join(routesFolder, file))).default(context));

  function answer(method, path, query, body) {
    for (const [verb, pattern, reply] of routes) {
      const found = verb === method ? pattern.exec(path) : null;
      if (found) return reply(found, query, body);
    }
    const language = query.get('lang') ?? 'zh-TW';
    const span = () => {
      const from = Date.parse(query.get('from'));
      const to = Math.min(Date.parse(query.get('to')), clock());
      return from < to ? [from, to] : null;
    };
    if (path === '/site') return { name: '示範工廠', timezone, version: '0.1.0', now: iso(clock()), generation: 1 };
    if (path === '/status') return statusOf();
    if (path === '/machines') return { items: empty ? [] : plant.map((machine) => documentOf(machine, language, query.get('signals') !== 'false')), next_cursor: null };
    const match = /^\/machines\/([^/]+)(\/.*)?$/.exec(path);
    const machine = match && plant.find(({ id }) => id === decodeURIComponent(match[1]));
    if (!machine) return null;
    const rest = match[2] ?? '';
    if (rest === '') return documentOf(machine, language);
    if (rest === '/connection/retry' && method === 'POST') return { status: 202 };
    const asked = span();
    if (asked === null) return { status: 422 };
    if (rest === '/timeline') return timelineOf(machine, ...asked);
    if (rest === '/kpi') return { machine: machine.id, from: iso(asked[0]), to: iso(asked[1]), timezone, ...figuresOf(machine, ...asked, language) };
    if (rest === '/kpi/receipt') return receiptOf(machine, query.get('figure') ?? '', ...asked, language);
    return null;
  }

  function live(request, response) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    const last = Number(request.headers['last-event-id'] ?? Number.NaN);
    response.write(`retry: 1000\nevent: hello\ndata: ${JSON.stringify({ now: iso(clock()), version: '0.1.0', generation: 1 })}\n\n`);
    if (!Number.isNaN(last)) {
      if (last >= nextId || (kept.length > 0 && last < kept[0].id - 1)) response.write('event: reset\ndata: {}\n\n');
      else for (const { id, frame } of kept) if (id > last) response.write(frame);
    }
    streams.add(response);
    request.on('close', () => streams.delete(response));
  }

  async function page(path, response) {
    const file = extname(path) !== '' ? normalize(path) : '/index.html';
    try {
      const body = await readFile(join(dist, file));
      response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream', 'Content-Security-Policy': policy });
      response.end(body);
    } catch {
      response.writeHead(404).end('not built: npm run build');
    }
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://mock');
    if (url.pathname === '/api/v1/live') return live(request, response);
    if (!url.pathname.startsWith('/api/v1/')) return void page(url.pathname, response);
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const sent = Buffer.concat(pieces);
    const isFile = request.headers['content-type'] === 'application/octet-stream';
    const body = await answer(request.method, url.pathname.slice('/api/v1'.length), url.searchParams, isFile ? sent : sent.length === 0 ? undefined : JSON.parse(sent.toString()));
    const status = body === null ? 404 : (body.status ?? 200);
    if (body?.file !== undefined) {
      response.writeHead(200, { 'Content-Type': body.type, 'Content-Disposition': `attachment; filename="${body.file}"` });
      return void response.end(body.bytes);
    }
    const problem = { type: 'about:blank', title: status === 404 ? 'Not found' : 'Invalid input', status, detail: 'there is no such thing here', ...(status >= 400 && body) };
    response.writeHead(status, { 'Content-Type': status >= 400 ? 'application/problem+json' : 'application/json' });
    response.end(JSON.stringify(status >= 400 ? problem : body));
  });

  const beat = setInterval(() => {
    for (const stream of streams) stream.write(': still here\n\n');
  }, beatMs);

  const timer = setInterval(() => {
    for (const machine of plant) {
      if (silent(machine) || machine.state === 'power_off') continue;
      seen.set(machine.id, clock());
      for (const signal of machine.signals)
        if (signal.role === 'power') signal.value = Math.round(machine.power * (machine.state === 'run' ? 0.6 : 0.15) * (1 + 0.05 * Math.sin(clock() / 3000)) * 100) / 100;
      publish('signal', { machine: machine.id, t: iso(clock()), values: Object.fromEntries(machine.signals.map(({ id, value, quality }) => [id, { v: value, q: quality }])) });
    }
  }, 1000);

  const find = (id) => plant.find((machine) => machine.id === id);
  function setState(id, state) {
    const machine = find(id);
    const at = clock();
    machine.items.at(-1).to = at;
    machine.items.push({ from: at, to: Infinity, state, detail: { reason: '', alarm_code: '', alarm_text: '', program: '', operator: '', work_order: '' } });
    machine.state = state;
    publish('state', { machine: id, state, physical: state, since: iso(at), detail: machine.items.at(-1).detail });
  }
  function addPart(id) {
    const machine = find(id);
    machine.extra = (machine.extra ?? 0) + machine.partsEach;
    machine.today = (machine.today ?? documentOf(machine, 'zh-TW').today.parts.total - machine.partsEach) + machine.partsEach;
    publish('parts', { machine: id, t: iso(clock()), count: 'total', kind: 'normal', parts: machine.partsEach, today_total: machine.today });
  }

  // Every machine's turn comes `rate` times a second; they are spread evenly over it.
  const turnMs = 50;
  let turns = 0;
  const bustle = rate === 0 ? undefined : setInterval(() => {
    for (const until = turns + (plant.length * rate * turnMs) / 1000; turns < until; ++turns) {
      const machine = plant[turns % plant.length];
      if (Math.floor(turns / plant.length) % 2 === 0) addPart(machine.id);
      else setState(machine.id, machine.state === 'run' ? 'idle' : 'run');
    }
  }, turnMs);

  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${server.address().port}`,
    port: server.address().port,
    setState,
    addPart,
    /** What each file of routes/ can be told, by its name: `controls.storage.setStorage(…)`. */
    controls: context.controls,
    /** An alarm besides the machine's state; `seconds` long, or standing. */
    raise(id, { code = '9001', text = '測試警報', level = 'fault', seconds = Infinity, ago = 0 } = {}) {
      const machine = find(id);
      const from = clock() - ago * 1000;
      machine.raised = [...(machine.raised ?? []), { from, to: from + seconds * 1000, code, text, level, signal: 'system' }];
      publish('alarm', { machine: id, signal: 'system', code, text, level, from: iso(from), to: null });
    },
    /** No machine has a fault, no alarm ever was. */
    forgetAlarms() {
      for (const machine of plant) {
        machine.raised = [];
        machine.calm = true;
      }
      publish('alarm', { machine: plant[0].id });
    },
    /** How many live streams are open. */
    streams: () => streams.size,
    setStatus(now) {
      problems = now.problems ?? [];
      recompute = now.recompute ?? null;
      publish('status', { problems, recompute });
    },
    /** Parts of the status in the place of what they were: `{ mirror: null }`. */
    changeStatus(change) {
      statusChange = change;
    },
    setEmpty(now) {
      empty = now;
      for (const stream of streams) stream.write('event: reset\ndata: {}\n\n');
    },
    async stop() {
      clearInterval(timer);
      clearInterval(beat);
      clearInterval(bustle);
      for (const stream of streams) stream.destroy();
      server.closeAllConnections?.();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
