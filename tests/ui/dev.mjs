// For those who work on the pages: static/ from the disk, everything else from a running CatAtlas, so that only Rust needs building.
//   npm run dev -- http://127.0.0.1:8000 8010
//   CATATLAS_STATIC=disk npm run e2e

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../static', import.meta.url));
const kinds = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json', '.png': 'image/png', '.svg': 'image/svg+xml', '.txt': 'text/plain', '.webmanifest': 'application/manifest+json', '.woff2': 'font/woff2' };

/** The file of static/ that answers a request, if one does. */
function fileFor({ method, url, headers }) {
  const { pathname } = new URL(url, 'http://any');
  if (method !== 'GET') return null;
  if (pathname.startsWith('/static/')) return join(folder, normalize(decodeURIComponent(pathname.slice('/static'.length))));
  if (pathname === '/sw.js' || pathname === '/manifest.webmanifest') return join(folder, pathname);
  const wantsPage = headers.accept?.startsWith('text/html') && pathname !== '/docs';
  return wantsPage ? join(folder, 'index.html') : null;
}

/** Hands a request on. To the atlas it comes from a page of its own. */
function proxy(atlas, incoming, outgoing) {
  const headers = { ...incoming.headers, host: atlas.host };
  if (headers.origin) headers.origin = atlas.origin;
  const passed = request(new URL(incoming.url, atlas), { method: incoming.method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers);
    answer.pipe(outgoing);
  });
  passed.on('error', () => outgoing.writeHead(502).end());
  incoming.pipe(passed);
}

/** The pages of an atlas, at a port of this machine; 0 takes a free one. @param {string} url @param {number} port @returns {Promise<import('node:http').Server>} */
export function develop(url, port) {
  const atlas = new URL(url);
  const server = createServer(async (incoming, outgoing) => {
    const file = fileFor(incoming);
    if (!file) return proxy(atlas, incoming, outgoing);
    if (!(await stat(file).catch(() => null))?.isFile()) return outgoing.writeHead(404).end();
    outgoing.writeHead(200, { 'content-type': kinds[extname(file)] ?? 'application/octet-stream', 'cache-control': 'no-store' });
    createReadStream(file).pipe(outgoing);
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const url = process.argv[2] ?? 'http://127.0.0.1:8000';
  const server = await develop(url, Number(process.argv[3] ?? 8010));
  console.log(`static/ at http://127.0.0.1:${server.address().port}, the rest from ${url}`);
}
