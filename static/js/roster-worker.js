/* Keeps the roster's page for 72 hours, so that it opens in a class without network. Marks are not its business. */
"use strict";
const CACHE = "roster-1";
const HOURS = 72;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (!event.data?.keep) return;
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      for (const url of event.data.keep) {
        if (!url.startsWith(self.location.origin)) continue;
        const answer = await fetch(url, { credentials: "same-origin" });
        if (answer.ok && !answer.redirected) await cache.put(url, answer);
      }
      event.ports[0]?.postMessage("kept");
    })(),
  );
});

const isFresh = (kept) => Date.now() - Date.parse(kept.headers.get("Date") || 0) < HOURS * 3600 * 1000;

const page = async (request) => {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    const isKept = await cache.match(request.url);
    if (isKept && answer.ok && !answer.redirected) await cache.put(request.url, answer.clone());
    // Signed out, or not theirs any more: the names go. What waits to be sent is not here.
    else if (isKept && (answer.redirected || answer.type === "opaqueredirect" || answer.status < 500)) {
      await cache.delete(request.url);
    }
    return answer;
  } catch (fault) {
    const kept = await cache.match(request.url);
    if (kept && isFresh(kept)) return kept;
    if (kept) await cache.delete(request.url);
    throw fault;
  }
};

const asset = async (request) => {
  const cache = await caches.open(CACHE);
  try {
    return await fetch(request);
  } catch (fault) {
    const kept = await cache.match(request.url);
    if (kept) return kept;
    throw fault;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(self.location.origin)) return;
  event.respondWith(request.mode === "navigate" ? page(request) : asset(request));
});
