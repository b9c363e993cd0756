/* The next code of a room in time. Without this file one asks for it by the link. */
"use strict";
(() => {
  const RETRY_MS = 3000;
  const renew = async () => {
    let wait = RETRY_MS;
    try {
      const answer = await fetch(location.href, { cache: "no-store", headers: { "X-By-Itself": "1" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-room]");
      if (!fresh) {
        location.reload(); // the class is over, or one is signed out
        return;
      }
      const shown = document.querySelector("[data-room]");
      shown.replaceChildren(...fresh.childNodes);
      wait = Number(fresh.dataset.seconds) * 1000 + 200;
    } catch {
      wait = RETRY_MS; // no network: the code that is shown grows old, and is asked for again
    }
    setTimeout(renew, wait);
  };
  setTimeout(renew, Number(document.querySelector("[data-room]").dataset.seconds) * 1000 + 200);
})();
