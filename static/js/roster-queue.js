/* What was marked on this phone and is not sent yet, by person and class session: for the roster, and for signing out. */
"use strict";
window.rosterQueue = window.rosterQueue || (() => {
  const SENT = "sent";
  const LATER = "later"; // no network, or the portal is busy
  const STUCK = "stuck"; // the portal fails over an entry: that one waits, the others go
  const SIGN_IN = "sign in";
  const ANOTHER = "another"; // somebody else is signed in now
  const NOT_THEIRS = "not theirs"; // they keep this roster no more
  const NAME = /^roster:(\d+):(\d+)$/;
  const PART = 50; // entries in one request; the portal takes no more than courses.rules says
  const STUCK_MAX = 3; // it is not an entry's fault then
  const ID_LETTERS = 40; // by so many the portal names an entry it cannot read
  const memory = new Map(); // what the phone has no room for; gone with the page

  const empty = () => ({ seq: 0, marks: [], names: [], aside: [] });
  const keyOf = (person, session) => `roster:${person}:${session}`;
  const idOf = (entry) => String(entry.id).slice(0, ID_LETTERS);
  const waiting = (queue) => queue.marks.length + queue.names.length;

  const read = (key) => {
    if (memory.has(key)) return memory.get(key);
    const kept = localStorage.getItem(key);
    if (kept === null) return empty();
    try {
      const queue = { ...empty(), ...JSON.parse(kept) };
      for (const list of ["marks", "names", "aside"]) queue[list] = queue[list].filter((each) => each instanceof Object);
      return queue;
    } catch {
      localStorage.setItem(`damaged-${key}`, kept); // not ours to read any more, and not ours to throw away
      return empty();
    }
  };

  const write = (key, queue, isShared = false) => {
    memory.delete(key);
    if (!isShared) {
      try {
        localStorage.setItem(key, JSON.stringify(queue));
        return true;
      } catch {
        // Full, or closed to us: this page still has it, and says so.
      }
    }
    memory.set(key, queue);
    return isShared;
  };

  /* Every queue on this phone in which something waits. */
  const all = () => {
    const found = [];
    for (const key of new Set([...Object.keys(localStorage), ...memory.keys()])) {
      const [, person, session] = NAME.exec(key) || [];
      if (person === undefined) continue;
      const queue = read(key);
      if (waiting(queue)) found.push({ key, person, session, queue, count: waiting(queue) });
    }
    return found;
  };

  /* Whether this page alone has something that waits: it would be gone with it. */
  const isHeldByPage = () => [...memory.values()].some((queue) => waiting(queue) > 0);

  /* Whether this phone holds nothing that somebody may still want to send or read. */
  const isEmpty = () => Object.keys(localStorage).every((key) => !key.startsWith("damaged-") && (!NAME.test(key) || (!waiting(read(key)) && !read(key).aside.length)));

  const settle = (key, done, aside) => {
    const queue = read(key);
    const isShared = memory.has(key);
    const left = (list) => list.filter((entry) => !done.has(idOf(entry)));
    queue.aside.push(...[...queue.marks, ...queue.names].filter((entry) => aside.has(idOf(entry))).map((entry) => ({ ...entry, why: aside.get(idOf(entry)) })));
    queue.marks = left(queue.marks);
    queue.names = left(queue.names);
    write(key, queue, isShared);
  };

  const post = async (url, token, body) => {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    // Led to another page, or shown one: that is the way to sign in, not an answer.
    const status = answer.redirected || (answer.ok && !isJson) ? 401 : answer.status;
    return { status, said: isJson ? await answer.json() : {} };
  };

  /* Send what waits under one key in parts; whatever one entry is like, the others go. */
  const send = async ({ key, person, url, token, renew, unreadable, told }) => {
    let stuck = 0;
    const sendPart = async (entries) => {
      const of = (kind) => entries.filter((each) => each.kind === kind).map((each) => each.entry);
      const body = { by: Number(person), marks: of("marks"), names: of("names") };
      let answer = await post(url, token(), body);
      if (answer.status === 403 && (await renew())) answer = await post(url, token(), body);
      const { status, said } = answer;
      if (status === 200) {
        const aside = new Map([...Object.entries(said.refused), ...Object.entries(said.uncounted)]);
        settle(key, new Set([...said.taken, ...aside.keys()]), aside);
        told?.(said.counts);
        return SENT;
      }
      if (status === 400 || status === 413 || status === 500) {
        if (entries.length === 1) {
          if (status === 500) return (stuck += 1) < STUCK_MAX ? STUCK : LATER;
          const id = idOf(entries[0].entry);
          settle(key, new Set([id]), new Map([[id, said.refusal || unreadable]]));
          return SENT;
        }
        const half = Math.ceil(entries.length / 2);
        const first = await sendPart(entries.slice(0, half));
        if (first !== SENT && first !== STUCK) return first;
        const second = await sendPart(entries.slice(half));
        return second === SENT ? first : second;
      }
      if (status === 401 || status === 403) return SIGN_IN;
      if (status === 404) return NOT_THEIRS;
      return status === 409 && said.by === "another" ? ANOTHER : LATER;
    };
    const queue = read(key);
    const entries = ["marks", "names"].flatMap((kind) => queue[kind].map((entry) => ({ kind, entry })));
    try {
      for (let start = 0; start < entries.length; start += PART) {
        const outcome = await sendPart(entries.slice(start, start + PART));
        if (outcome !== SENT && outcome !== STUCK) return outcome;
      }
      return stuck ? STUCK : SENT;
    } catch (fault) {
      if (fault instanceof TypeError) return LATER; // what fetch throws without network
      throw fault;
    }
  };

  /* The names of a class are for who is signed in: every page kept of them goes. */
  const forgetPages = async () => {
    if (!("caches" in window)) return;
    for (const name of await caches.keys()) await caches.delete(name);
  };

  return { SENT, LATER, SIGN_IN, ANOTHER, NOT_THEIRS, keyOf, read, write, waiting, all, isHeldByPage, isEmpty, send, forgetPages };
})();
