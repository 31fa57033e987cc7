/** A wire between the browser and the server that can be cut. */
import { connect, createServer } from 'node:net';

/** Returns `{base, cut(ms), close()}`. While it is cut, what runs breaks and nothing new gets through. */
export async function startProxy(base) {
  const to = new URL(base);
  const open = new Set();
  let down = false;
  const server = createServer((client) => {
    if (down) return client.destroy();
    const upstream = connect(Number(to.port), to.hostname);
    for (const [here, there] of [[client, upstream], [upstream, client]]) {
      open.add(here);
      here.pipe(there);
      here.on('error', () => there.destroy());
      here.on('close', () => {
        open.delete(here);
        there.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const drop = () => open.forEach((socket) => socket.destroy());
  return {
    base: `http://127.0.0.1:${server.address().port}`,
    cut: async (ms) => {
      down = true;
      drop();
      await new Promise((done) => setTimeout(done, ms));
      down = false;
    },
    close: () => {
      drop();
      server.close();
    },
  };
}
