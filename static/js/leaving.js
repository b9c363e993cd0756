/*
 * Before one signs out: what waits on this phone is sent, or stays on it and one is told. Pages of names go. On a network
 * that does not answer nobody waits longer than a few seconds: an entry that arrives all the same is known by its number.
 */
"use strict";
(() => {
  const words = document.currentScript.dataset;
  const LIMIT_MS = 8000;
  const atMost = (work) => Promise.race([work, new Promise((done) => setTimeout(done, LIMIT_MS))]);
  const queues = window.rosterQueue;

  const isMine = (each) => each.person === words.person;

  const sendAll = async (form) => {
    const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;
    for (const { key, person, queue } of queues.all().filter(isMine)) {
      if (queue.url) await queues.send({ key, person, url: queue.url, token, renew: async () => false, unreadable: words.unreadable });
    }
  };

  const leave = async (form) => {
    await atMost(sendAll(form));
    const left = queues.all().filter(isMine).reduce((sum, each) => sum + each.count, 0);
    if (left && !window.confirm(words.left.replace("{n}", String(left)))) return;
    await atMost(queues.forgetPages());
    if (queues.isEmpty()) form.elements.phone.value = "empty"; // else the portal lets the browser keep what waits
    form.submit();
  };

  for (const form of document.querySelectorAll(`form[action="${words.action}"]`)) {
    const phone = document.createElement("input");
    phone.type = "hidden";
    phone.name = "phone";
    form.append(phone);
    form.addEventListener("submit", (event) => {
      if (!navigator.onLine) return; // nobody can sign out now, and nothing goes
      event.preventDefault();
      if (form.ariaBusy === "true") return; // pressed twice
      form.ariaBusy = "true";
      leave(form).finally(() => (form.ariaBusy = "false"));
    });
  }
})();
