/* Before one signs out: what waits on this phone is sent, or stays on it and one is told. Pages of names go. */
"use strict";
(() => {
  const words = document.currentScript.dataset;
  const queues = window.rosterQueue;

  const leave = async (form) => {
    const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;
    const isMine = (each) => each.person === words.person;
    for (const { key, person, queue } of queues.all().filter(isMine)) {
      if (queue.url) await queues.send({ key, person, url: queue.url, token, renew: async () => false, unreadable: words.unreadable });
    }
    const left = queues.all().filter(isMine).reduce((sum, each) => sum + each.count, 0);
    if (left && !window.confirm(words.left.replace("{n}", String(left)))) return;
    await queues.forgetPages();
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
      leave(form);
    });
  }
})();
