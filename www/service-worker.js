// Keeps the page for use without a network. The build writes `VERSION` and `FILES` in front of this: a new version is a new worker.
/* global VERSION, FILES */
const FOLDER = new URL('./', self.location.href).href;
// An origin may have several copies of the page, each with its own files.
const NAME = `claimgate ${FOLDER} `;
const CACHE = NAME + VERSION;
const ADDRESSES = new Set(FILES.map((file) => new URL(file, FOLDER).href));

self.addEventListener('install', (event) => {
  // Past the browser's own cache, which may still hold files of an older version.
  const requests = FILES.map((file) => new Request(new URL(file, FOLDER), { cache: 'reload' }));
  // A page that is open has all of its modules already, so the next one may be of the new version at once.
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const isOld = (name) => name.startsWith(NAME) && name !== CACHE;
  const cleaned = caches.keys().then((names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name))));
  event.waitUntil(cleaned.then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  // What is in the query or the fragment is nobody's business here, and no other origin is.
  const address = url.replace(/[?#].*/s, '');
  if (method !== 'GET' || !ADDRESSES.has(address)) return;
  event.respondWith(caches.open(CACHE).then(async (cache) => (await cache.match(address)) ?? fetch(event.request)));
});
