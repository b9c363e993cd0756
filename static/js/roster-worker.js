/*
 * Keeps the roster's page for 72 hours, so that it opens in a class without network. Marks are not its business.
 * What it keeps is of one person: under their number, and gone when somebody else's page is kept or they have signed out.
 */
"use strict";
const VERSION = "roster-2";
const HOURS = 72;
const nameOf = (person) => `${VERSION}:${Number(person)}`;

/* Caches of older versions, and of everybody but this person, where one is named. */
const forget = async (but) => {
  for (const name of await caches.keys()) {
    if (but ? name !== nameOf(but) : !name.startsWith(`${VERSION}:`)) await caches.delete(name);
  }
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(forget().then(() => self.clients.claim())));

const store = async (cache, url) => {
  if (!url.startsWith(self.location.origin)) return false;
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return false;
  await cache.put(url, answer);
  return true;
};

self.addEventListener("message", (event) => {
  const { keep, page, person } = event.data || {};
  if (!keep) return;
  event.waitUntil(
    (async () => {
      await forget(person);
      const cache = await caches.open(nameOf(person));
      for (const url of keep) await store(cache, url);
      event.ports[0]?.postMessage({ isKept: await store(cache, page) });
    })(),
  );
});

const keptUnder = async (url) => {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    const answer = await cache.match(url);
    if (answer) return { cache, answer };
  }
  return null;
};

const isFresh = (kept) => Date.now() - Date.parse(kept.headers.get("Date") || 0) < HOURS * 3600 * 1000;

const page = async (request) => {
  const kept = await keptUnder(request.url);
  try {
    const answer = await fetch(request);
    // A page that has come is kept by the page itself, after its scripts: before them it would open without them.
    // Led to the way to sign in: whoever it was is signed out, and no page of theirs stays.
    if (kept && (answer.redirected || answer.type === "opaqueredirect")) await forget("0");
    else if (kept && !answer.ok && answer.status < 500) await kept.cache.delete(request.url); // not theirs any more
    return answer;
  } catch (fault) {
    if (kept && isFresh(kept.answer)) return kept.answer;
    if (kept) await kept.cache.delete(request.url);
    throw fault;
  }
};

const asset = async (request) => {
  try {
    return await fetch(request);
  } catch (fault) {
    const kept = await keptUnder(request.url);
    if (kept) return kept.answer;
    throw fault;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(self.location.origin)) return;
  event.respondWith(request.mode === "navigate" ? page(request) : asset(request));
});
