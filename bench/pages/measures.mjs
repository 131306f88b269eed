// What a page is asked about itself: when it painted, what it fetched, how long its frames took.

/** The middle, the slow end and the worst of some numbers. */
export function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}

/** Loads `url` with nothing cached and waits for the first tile of a machine. Bytes as sent. */
export async function paintTimes(page, devtools, url) {
  const sent = new Map();
  let requests = 0;
  let elsewhere = 0;
  await devtools.send('Network.enable');
  devtools.on('Network.requestWillBeSent', ({ request }) => {
    if (request.url.startsWith('data:') || request.url.startsWith('blob:')) return;
    requests += 1;
    if (new URL(request.url).origin !== new URL(url).origin) elsewhere += 1;
  });
  const kinds = new Map();
  devtools.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId) ?? 'Other';
    sent.set(kind, (sent.get(kind) ?? 0) + encodedDataLength);
  });
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (document.querySelector('[data-machine]') === null) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => (globalThis.firstTile = performance.now())));
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(url);
  await page.waitForFunction(() => globalThis.firstTile !== undefined);
  await page.waitForTimeout(500);
  const [firstPaint, firstTile] = await page.evaluate(() => [
    performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
    globalThis.firstTile,
  ]);
  const bytes = (kind) => sent.get(kind) ?? 0;
  return {
    firstPaint,
    firstTile,
    scriptBytes: bytes('Script'),
    styleBytes: bytes('Stylesheet'),
    fontBytes: bytes('Font'),
    allBytes: [...sent.values()].reduce((sum, each) => sum + each, 0),
    requests,
    elsewhere,
  };
}

/** The times between frames for `ms`, or until `done` settles. A long frame is one of 50 ms or more. */
export async function frameTimes(page, ms, done) {
  await page.evaluate(() => {
    const times = (globalThis.frameTimes = []);
    let last;
    const next = (now) => {
      if (globalThis.frameTimes !== times) return;
      if (last !== undefined) times.push(now - last);
      last = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  await (done ?? page.waitForTimeout(ms));
  const times = await page.evaluate(() => {
    const taken = globalThis.frameTimes;
    globalThis.frameTimes = undefined;
    return taken;
  });
  const { p50, p95, p99, max } = summary(times);
  return {
    frames: times.length,
    frames_per_s: (1000 * times.length) / times.reduce((sum, each) => sum + each, 0),
    p50_ms: p50,
    p95_ms: p95,
    p99_ms: p99,
    max_ms: max,
    long_frames: times.filter((each) => each >= 50).length,
  };
}
