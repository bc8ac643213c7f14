// Makes the page work offline after the first visit. boot.js registers it outside frames only.
//
// The build writes VERSION (a hash of every file below) and FILES (what to keep). Files that carry a hash in their
// name never change: cache first. Everything else, index.html before all: network first, so that a new version shows
// as soon as there is a network.
"use strict";
const VERSION = "{{VERSION}}";
const FILES = ["{{FILES}}"];

const CACHE = "headroom-" + VERSION;
const HAS_HASH = /-[0-9a-f]{8,16}(_bg)?\.[a-z0-9]+$/;

self.addEventListener("install", (event) => {
  // `reload` passes the browser's own cache by: it may hold an older file under the same name.
  const fresh = FILES.map((file) => new Request(file, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)));
});

self.addEventListener("activate", (event) => {
  const stale = (name) => name.startsWith("headroom-") && name !== CACHE;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(stale).map((name) => caches.delete(name)))));
});

async function cacheFirst(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function networkFirst(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch (reason) {
    const kept = await cache.match(request, { ignoreSearch: true, ignoreVary: true });
    if (kept) return kept;
    if (request.mode === "navigate") {
      const shell = await cache.match("./", { ignoreVary: true });
      if (shell) return shell;
    }
    throw reason;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const ours = url.origin === self.location.origin && url.href.startsWith(self.registration.scope);
  if (request.method !== "GET" || !ours) return;
  event.respondWith(HAS_HASH.test(url.pathname) ? cacheFirst(request) : networkFirst(request));
});
