/*
 * On a shared computer a page nobody has touched for a while is put away, also by a tab that has slept: by the clock on
 * the wall, looked at again as soon as the tab wakes. Whether the session is over, the portal says; the page goes anyway,
 * but for a roster whose marks are nowhere else yet.
 */
"use strict";
(() => {
  const { away, seconds } = document.currentScript.dataset;
  const LOOK_MS = 5000;
  const fromNow = () => Date.now() + Number(seconds) * 1000;
  let until = fromNow();

  const isOver = () => {
    if (Date.now() < until || window.rosterQueue?.isHeldByPage()) return false;
    document.body.hidden = true; // at once: the next page takes its time on a weak network
    location.replace(away);
    return true;
  };
  const touched = () => {
    if (!isOver()) until = fromNow();
  };

  for (const kind of ["pointerdown", "keydown", "scroll"]) addEventListener(kind, touched, { passive: true, capture: true });
  for (const kind of ["pageshow", "focus"]) addEventListener(kind, isOver);
  document.addEventListener("visibilitychange", isOver);
  setInterval(isOver, LOOK_MS);
})();
