// Serves the page as its hosts do, with the headers of its `_headers`, so that what is tested is what ships:
// `node serve.mjs FOLDER [--port N]`
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};
const TEXT = 'text/plain; charset=utf-8';

/**
 * Serves a folder until it is closed.
 *
 * @param {string} folder
 * @param {{ port?: number, host?: string }} [options] port 0 is a free one
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} the address ends with a slash
 */
export async function servePage(folder, { port = 0, host = '127.0.0.1' } = {}) {
  const root = await realpath(folder);
  const rules = parseHeaders(readFileSync(join(root, '_headers'), 'utf8'));
  const server = createServer((request, response) => {
    answer(root, rules, request, response).catch(() => send(response, 500, {}, 'the file cannot be read\n'));
  });
  await new Promise((listening, failed) => server.once('error', failed).listen(port, host, listening));
  const close = async () => {
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${server.address().port}/`, close };
}

async function answer(root, rules, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return send(response, 405, { allow: 'GET, HEAD' }, 'only GET and HEAD\n');
  }
  const path = decodedPath(request.url);
  const headers = headersOf(rules, path ?? '/');
  const file = path === undefined ? undefined : await fileOf(root, path);
  if (file === undefined) return send(response, 404, headers, 'not found\n');
  const contents = await readFile(file);
  const etag = `"${createHash('sha256').update(contents).digest('hex').slice(0, 16)}"`;
  headers.etag = etag;
  if (request.headers['if-none-match'] === etag) return send(response, 304, headers);
  headers['content-type'] = TYPES[extname(file)] ?? TEXT;
  return send(response, 200, headers, contents);
}

function send(response, status, headers, body) {
  if (response.headersSent) return response.destroy();
  if (body !== undefined) headers = { 'content-type': TEXT, 'content-length': Buffer.byteLength(body), ...headers };
  // For HEAD, Node drops the body by itself.
  response.writeHead(status, headers).end(body);
}

/** Decoded once: what is still escaped after that is a name with a per cent sign, and not a way out. */
function decodedPath(target) {
  try {
    return decodeURIComponent(target.split(/[?#]/, 1)[0]);
  } catch {
    return undefined;
  }
}

/** The file of a path, if it is one of the page's. */
async function fileOf(root, path) {
  const name = path === '/' ? '/index.html' : path;
  if (!name.startsWith('/') || name.endsWith('/') || /[\0\\]/.test(name)) return undefined;
  const named = resolve(root, `.${name}`);
  // It is the host's, however it is spelled.
  if (named === join(root, '_headers')) return undefined;
  try {
    // The real one: a link in the folder could lead out of it as well as `..` in a path.
    const file = await realpath(named);
    return file.startsWith(root + sep) && (await stat(file)).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The rules of a `_headers` file: a line with a pattern, then an indented line for each header. Only what this page uses: whole
 * paths, and `*` at the end of one.
 */
export function parseHeaders(text) {
  const rules = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const [, name, value] = /^\s+([\w-]+):\s*(.+?)\s*$/.exec(line) ?? [];
    if (name && rules.length > 0) rules.at(-1).headers.push([name, value]);
    else if (line.startsWith('/')) rules.push({ pattern: line.trim(), headers: [] });
    else throw new Error(`line ${at + 1} of \`_headers\` is neither a path nor an indented header`);
  }
  return rules;
}

function headersOf(rules, path) {
  const matches = ({ pattern }) => (pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern);
  return Object.fromEntries(rules.filter(matches).flatMap(({ headers }) => headers));
}

async function main([folder, ...options]) {
  const [flag, port, ...rest] = options;
  const isPort = flag === '--port' && /^\d{1,5}$/.test(port ?? '') && Number(port) <= 65535;
  if (folder === undefined || rest.length > 0 || (flag !== undefined && !isPort)) return fail('usage: `node serve.mjs FOLDER [--port N]`');
  try {
    const { url } = await servePage(folder, { port: Number(port ?? 0) });
    console.log(`  the page is at ${url} (Ctrl-C ends it)`);
  } catch (error) {
    fail(reason(error, folder, port));
  }
}

function reason(error, folder, port) {
  if (error.code === 'EADDRINUSE') return `port ${port} is in use, choose another with \`--port\``;
  if (error.code === 'EACCES' && error.syscall === 'listen') return `port ${port} needs privileges, choose another with \`--port\``;
  if (error.code === 'ENOENT') return `\`${folder}\` is no folder of the page: it has no \`_headers\``;
  return error.message;
}

function fail(message) {
  console.error(`error: ${message}`);
  process.exitCode = 1;
}

// A module knows its real path alone, even if it was started through a link.
if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) await main(process.argv.slice(2));
