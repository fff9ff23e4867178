// The planner without a network. Each version has a cache of its own, filled whole or not at all before the version
// is installed; a page never gets files of two versions.

/** Written by the build: what the files come to, and their names. */
const VERSION = "__VERSION__";
const FILES = __FILES__;

const PREFIX = "restore-point-lab-";
const CACHE = PREFIX + VERSION;

self.addEventListener("install", (event) => {
  event.waitUntil(fill());
});

async function fill() {
  const cache = await caches.open(CACHE);
  try {
    await cache.addAll(FILES.map((name) => new Request(name, { cache: "no-cache" })));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

self.addEventListener("activate", (event) => {
  event.waitUntil(begin());
});

async function begin() {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
}

self.addEventListener("message", ({ data }) => {
  if (data === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  event.respondWith(answer(request));
});

async function answer(request) {
  const cache = await caches.open(CACHE);
  const page = request.mode === "navigate" && ["", "index.html"].includes(new URL(request.url).pathname.slice(new URL("./", self.location.href).pathname.length));
  const kept = await cache.match(page ? "./" : request);
  return kept ?? fetch(request);
}
