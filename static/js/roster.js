/* The roster without network: marks wait on the phone and are sent when it is back. The form works without this file. */
"use strict";
(() => {
  const form = document.querySelector("form[data-roster]");
  if (!form) return;
  const queues = window.rosterQueue;
  const words = form.dataset;
  const status = form.querySelector("[data-status]");
  const marking = form.querySelector("[data-marking]");
  const names = form.querySelector("[data-names]");
  const isShared = words.shared === "1";
  const KEY = queues.keyOf(words.person, words.session);
  const FIELD = "status-";
  const RETRY_MS = 15000;
  const CLOCK = "roster-clock";
  const NEWER_MS = 600000;
  // When what stands on the page about each person was said: a mark answers it, whatever the clocks say.
  const seen = new Map();
  let sending = false;
  let again = false;

  const read = () => queues.read(KEY);

  const say = (text, link) => {
    status.textContent = text;
    if (link) {
      const to = document.createElement("a");
      to.href = link;
      to.textContent = words.expired;
      status.append(to);
    }
  };

  const write = (queue) => {
    if (queues.write(KEY, { ...queue, url: location.pathname }, isShared)) report();
    else say(words.full);
  };

  const mine = () => (isShared ? [{ key: KEY, count: queues.waiting(read()) }] : queues.all().filter((each) => each.person === words.person));

  const report = () => {
    const waiting = mine().reduce((sum, each) => sum + each.count, 0);
    say(waiting ? words.waiting.replace("{n}", String(waiting)) : words.allSent);
  };

  const id = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  const line = (bold, rest = "") => {
    const item = document.createElement("li");
    const strong = document.createElement("b");
    strong.textContent = bold;
    item.append(strong, rest);
    return item;
  };

  const token = () => form.querySelector("[name=csrfmiddlewaretoken]");

  // A page kept for hours may hold a token of before the last sign-in.
  const renew = async () => {
    const answer = await fetch(location.href, { cache: "no-store" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = fresh.querySelector("form[data-roster] [name=csrfmiddlewaretoken]");
    if (found) token().value = found.value;
    return Boolean(found);
  };

  // What is not counted stays on the page until it is read, with the reason.
  const showAside = () => {
    const section = form.querySelector("[data-aside]");
    const list = section.querySelector("ul");
    const entries = read().aside;
    section.hidden = !entries.length;
    list.replaceChildren(
      ...entries.map((entry) => {
        if (entry.name) return line(entry.name, `: ${entry.why}`);
        const input = box(entry.person, entry.status);
        const who = input?.closest("fieldset.mark").querySelector("legend").textContent.trim();
        const what = input?.closest("label").textContent.trim() || String(entry.status);
        return line(who || "—", `, ${what}: ${entry.why}`);
      }),
    );
  };

  const box = (person, value) => form.querySelector(`[name="${FIELD}${CSS.escape(person)}"][value="${CSS.escape(value)}"]`);

  const see = (person, at) => {
    if (Date.parse(at) > (Date.parse(seen.get(person)) || 0)) seen.set(person, at);
  };

  // Somebody said it later: what counts stands on the page, and the next mark answers that.
  const show = (counts) => {
    const marked = new Set(read().marks.map((mark) => mark.person));
    for (const [key, { status: value, said }] of Object.entries(counts)) {
      const person = Number(key);
      see(person, said);
      const input = box(person, value);
      if (input && !marked.has(person)) input.checked = true;
    }
  };

  const send = async () => {
    if (sending) {
      again = true; // marked meanwhile: sent as soon as this is through
      return;
    }
    sending = true;
    let outcome = queues.SENT;
    for (const each of mine()) {
      if (!each.count) continue;
      const url = each.key === KEY ? location.pathname : each.queue.url;
      if (!url) continue; // sent from the page it was marked on
      const about = { key: each.key, person: words.person, url, unreadable: words.unreadable, told: each.key === KEY ? show : null };
      outcome = await queues.send({ ...about, token: () => token().value, renew });
      if (outcome === queues.SIGN_IN || outcome === queues.ANOTHER) break; // so it is with every class
    }
    sending = false;
    showAside();
    if (outcome === queues.SIGN_IN) say("", words.signIn);
    else if (outcome === queues.ANOTHER) say(words.another);
    else if (outcome === queues.NOT_THEIRS) say(words.notTheirs);
    else report();
    if (again) {
      again = false;
      if (outcome === queues.SENT) await send();
    }
  };

  // How far the portal's clock is ahead of the phone's. A page that has just come says the portal's time; one kept
  // before says that of then, so the phone remembers what the newest page said. A page is kept soon after it is shown.
  const ahead = (() => {
    const said = Date.parse(words.now);
    if (isShared) {
      localStorage.removeItem(CLOCK); // a shared computer keeps nothing, and opens no page kept before
      return said - Date.now();
    }
    const [knownFrom, known] = (localStorage.getItem(CLOCK) || "0 0").split(" ").map(Number);
    if (!navigator.onLine || said - knownFrom < NEWER_MS) return known || 0;
    const fresh = said - Date.now();
    try {
      localStorage.setItem(CLOCK, `${said} ${fresh}`);
    } catch {
      // No room on the phone: this page knows it, and one kept goes by the phone's clock.
    }
    return fresh;
  })();

  // By the portal's clock as the phone knows it, and by its own.
  const moment = () => ({ at: new Date(Date.now() + ahead).toISOString(), clock: new Date().toISOString() });

  // Until the class opens the names are here, and nobody can be marked: by the phone's clock, set right by what the
  // portal has said. What the portal has opened stays open.
  const open = () => {
    if (words.off || words.open) return;
    const isEarly = Date.now() + ahead < Date.parse(words.opens);
    marking.disabled = isEarly;
    form.querySelector("[data-early]").hidden = !isEarly;
  };

  const later = () => {
    open();
    if (mine().some((each) => each.count)) send();
  };

  const mark = (input) => {
    const queue = read();
    queue.seq += 1;
    const person = Number(input.name.slice(FIELD.length));
    const said = moment();
    queue.marks.push({ id: id(), person, status: input.value, ...said, answers: seen.get(person), seq: queue.seq });
    see(person, said.at);
    write(queue);
  };

  form.addEventListener("change", (event) => {
    if (!event.target.name.startsWith(FIELD)) return;
    mark(event.target);
    send();
  });

  // The lines of a paper sheet, by the codes that came with the page.
  const key = () => {
    const { codes } = form.elements;
    const present = [];
    const unknown = [];
    for (const code of codes.value.trim().toUpperCase().split(/\s+/)) {
      const person = form.querySelector(`fieldset[data-code="${CSS.escape(code)}"]`);
      const input = person?.querySelector("[value=PRESENT]");
      if (!input) {
        unknown.push(code);
        continue;
      }
      present.push(person.querySelector("legend").textContent.trim());
      input.checked = true;
      mark(input); // also where it is ticked: the page may have been kept before somebody corrected it
    }
    codes.value = unknown.join(" ");
    form.querySelector("[data-keyed]").textContent = [
      unknown.length ? words.nobody.replace("{codes}", () => codes.value) : "",
      present.length ? words.present.replace("{names}", () => present.join(", ")) : "",
    ]
      .filter(Boolean)
      .join(". ");
    history.replaceState(null, "", location.pathname);
    codes.focus();
  };

  // A learner's own code, opened by the camera of this phone: who is meant is shown, and one press marks them.
  const scanned = () => {
    const code = location.hash.slice(1);
    const person = code && form.querySelector(`fieldset[data-code="${CSS.escape(code)}"]`);
    if (!code) return;
    form.elements.codes.value = code;
    const name = person?.querySelector("legend").textContent.trim();
    form.querySelector("[data-keyed]").textContent = name || words.nobody.replace("{codes}", () => code);
    form.querySelector("[data-keying]").scrollIntoView();
    if (name) form.querySelector("[data-key]").focus();
  };

  const add = () => {
    const { name, phone } = form.elements;
    if (!name.value.trim()) {
      name.focus();
      return;
    }
    const queue = read();
    queue.names.push({ id: id(), name: name.value, phone: phone.value, at: moment().at });
    write(queue);
    names.append(line(name.value));
    name.value = "";
    phone.value = "";
    name.focus();
    send();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault(); // every mark is in the queue already
    const { codes, name } = form.elements;
    if (codes.value.trim()) key();
    if (event.submitter?.hasAttribute("data-add") || name.value.trim()) add();
    else send();
  });

  form.querySelector("[data-aside-clear]").addEventListener("click", () => {
    write({ ...read(), aside: [] });
    showAside();
    status.focus();
  });

  window.addEventListener("hashchange", scanned);
  window.addEventListener("online", later);
  setInterval(later, RETRY_MS);

  open();
  form.querySelector("[data-keying]").hidden = false;
  showAside();
  const waiting = read();
  for (const input of form.querySelectorAll(`[data-said] [name^="${FIELD}"]`)) {
    see(Number(input.name.slice(FIELD.length)), input.closest("[data-said]").dataset.said);
  }
  for (const mark of waiting.marks) {
    const input = box(mark.person, mark.status);
    if (input) input.checked = true;
    see(mark.person, mark.at);
  }
  names.append(...waiting.names.map((each) => line(String(each.name))));
  if (!isShared) form.querySelector("[data-others]").hidden = !queues.all().some((each) => each.person !== words.person);
  later();
  scanned();

  const keep = async () => {
    if (!("serviceWorker" in navigator)) return;
    if (isShared) {
      for (const each of await navigator.serviceWorker.getRegistrations()) await each.unregister();
      await queues.forgetPages();
      return;
    }
    await navigator.serviceWorker.register(words.worker, { scope: words.scope });
    const ready = await navigator.serviceWorker.ready;
    const assets = performance.getEntriesByType("resource").map((entry) => entry.name);
    const linked = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((each) => each.href || each.src);
    const channel = new MessageChannel();
    channel.port1.onmessage = (event) => {
      if (!event.data.isKept) return;
      words.isKept = "1";
      if (!status.textContent) say(words.kept);
    };
    const urls = [...new Set([...assets, ...linked])].filter((url) => url.startsWith(location.origin) && url !== location.href);
    ready.active.postMessage({ keep: urls, page: location.href, person: words.person }, [channel.port2]);
  };
  if (navigator.onLine) keep();
})();
