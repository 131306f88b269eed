// A wire that can be cut: a TCP proxy between browser and server.

import { connect, createServer } from 'node:net';

export async function startProxy(target) {
  const { hostname, port } = new URL(target);
  const sockets = new Set();
  let isCut = false;
  let isStalled = false;
  const server = createServer((client) => {
    if (isCut) return void client.destroy();
    const upstream = connect(Number(port || 80), hostname);
    if (isStalled) client.pause();
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    for (const [from, to] of [[client, upstream], [upstream, client]])
      from.on('data', (bytes) => {
        if (!isStalled) to.write(bytes);
      });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref(); // a test that failed before stop() still ends
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    /** The worst kind: connections stay, and nothing comes through, as with a switch without power. */
    stall() {
      isStalled = true;
    },
    mend() {
      isCut = isStalled = false;
      for (const socket of sockets) socket.resume();
    },
    async stop() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
