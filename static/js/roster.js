/* The roster without network: marks wait on the phone and are sent when it is back. The form works without this file. */
"use strict";
(() => {
  const form = document.querySelector("form[data-roster]");
  if (!form) return;
  const status = form.querySelector("[data-status]");
  const names = form.querySelector("[data-names]");
  const isShared = form.dataset.shared === "1";
  const KEY = `roster:${form.dataset.person}:${form.dataset.session}`;
  const FIELD = "status-";
  const RETRY_MS = 15000;
  const memory = { seq: 0, marks: [], names: [] };
  let sending = false;

  // On a shared computer what waits is kept in this page only, and is gone with it.
  const read = () => {
    if (isShared) return memory;
    try {
      return JSON.parse(localStorage.getItem(KEY)) || { seq: 0, marks: [], names: [] };
    } catch {
      return { seq: 0, marks: [], names: [] };
    }
  };
  const write = (queue) => {
    if (!isShared) localStorage.setItem(KEY, JSON.stringify(queue));
  };

  const say = (text, link) => {
    status.textContent = text;
    if (link) {
      const to = document.createElement("a");
      to.href = link;
      to.textContent = ` ${form.dataset.expired}`;
      status.append(to);
    }
  };

  const report = () => {
    const queue = read();
    const waiting = queue.marks.length + queue.names.length;
    say(waiting ? form.dataset.waiting.replace("{n}", String(waiting)) : form.dataset.allSent);
  };

  const id = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  const showName = (name) => {
    const line = document.createElement("li");
    const strong = document.createElement("b");
    strong.textContent = name;
    line.append(strong);
    names.append(line);
  };

  const token = () => form.querySelector("[name=csrfmiddlewaretoken]");

  // A page kept for hours may hold a token of before the last sign-in.
  const renewToken = async () => {
    const answer = await fetch(location.href, { cache: "no-store" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = fresh.querySelector("form[data-roster] [name=csrfmiddlewaretoken]");
    if (found) token().value = found.value;
    return Boolean(found);
  };

  const post = (queue) =>
    fetch(location.pathname, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token().value },
      body: JSON.stringify({ marks: queue.marks, names: queue.names }),
    });

  const forget = (answer) => {
    const done = new Set([...answer.taken, ...Object.keys(answer.refused)]);
    const queue = read();
    queue.marks = queue.marks.filter((mark) => !done.has(mark.id));
    queue.names = queue.names.filter((name) => !done.has(name.id));
    write(queue);
    report();
    const refused = [...new Set(Object.values(answer.refused))];
    if (refused.length) say(`${form.dataset.notTaken}: ${refused.join(" ")}`);
  };

  const send = async () => {
    const queue = read();
    if (sending || !(queue.marks.length + queue.names.length)) return;
    sending = true;
    try {
      let answer = await post(queue);
      if (answer.status === 403 && (await renewToken())) answer = await post(queue);
      if (answer.ok) forget(await answer.json());
      else if (answer.status === 401 || answer.status === 403) say("", form.dataset.signIn);
      else if (answer.status === 409) say((await answer.json()).refusal);
      else report();
    } catch {
      report(); // no network: it waits
    } finally {
      sending = false;
    }
  };

  const later = () => {
    const queue = read();
    if (queue.marks.length + queue.names.length) send();
  };

  form.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.name.startsWith(FIELD)) return;
    const queue = read();
    queue.seq += 1;
    queue.marks.push({
      id: id(),
      person: Number(input.name.slice(FIELD.length)),
      status: input.value,
      at: new Date().toISOString(),
      seq: queue.seq,
    });
    write(queue);
    report();
    send();
  });

  const add = () => {
    const name = form.elements.name;
    const phone = form.elements.phone;
    if (!name.value.trim()) {
      name.focus();
      return;
    }
    const queue = read();
    queue.names.push({ id: id(), name: name.value, phone: phone.value, at: new Date().toISOString() });
    write(queue);
    showName(name.value);
    name.value = "";
    phone.value = "";
    name.focus();
    report();
    send();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault(); // every mark is in the queue already
    if (event.submitter?.hasAttribute("data-add") || form.elements.name?.value.trim()) add();
    else send();
  });

  window.addEventListener("online", later);
  setInterval(later, RETRY_MS);

  const waiting = read();
  for (const mark of waiting.marks) {
    const input = form.querySelector(`[name="${FIELD}${mark.person}"][value="${mark.status}"]`);
    if (input) input.checked = true;
  }
  if (names) for (const each of waiting.names) showName(each.name);
  if (waiting.marks.length + waiting.names.length) {
    report();
    send();
  }

  const keep = async () => {
    if (!("serviceWorker" in navigator)) return;
    if (isShared) {
      for (const each of await navigator.serviceWorker.getRegistrations()) await each.unregister();
      for (const name of await caches.keys()) await caches.delete(name);
      return;
    }
    await navigator.serviceWorker.register(form.dataset.worker, { scope: form.dataset.scope });
    const ready = await navigator.serviceWorker.ready;
    const assets = performance.getEntriesByType("resource").map((entry) => entry.name);
    const linked = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((each) => each.href || each.src);
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      form.dataset.isKept = "1";
      if (!status.textContent) say(form.dataset.kept);
    };
    const urls = [...new Set([location.href, ...assets, ...linked])].filter((url) => url.startsWith(location.origin));
    ready.active.postMessage({ keep: urls, page: location.href }, [channel.port2]);
  };
  if (navigator.onLine) keep();
})();
