/* Reads the page with the device's own voice, for who has asked for it. Without this file the button is not shown. */
"use strict";
(() => {
  const bar = document.querySelector("[data-aloud]");
  if (!bar || !("speechSynthesis" in window)) {
    return;
  }
  const button = bar.querySelector("button");
  const said = bar.querySelector("[role=status]");
  const start = button.textContent;
  const language = document.documentElement.lang;
  const PARTS = "h1, h2, h3, p, li, dt, dd, th, td, label, legend, button, summary";
  let isReading = false;

  const voice = () => window.speechSynthesis.getVoices().find((each) => each.lang.toLowerCase().startsWith(language));

  // Each piece of text once: what holds another piece is read by that one.
  const texts = () =>
    [...document.querySelectorAll("#main " + PARTS.split(", ").join(", #main "))]
      .filter((each) => !bar.contains(each) && !each.querySelector(PARTS) && each.getClientRects().length > 0)
      .map((each) => each.innerText.trim())
      .filter((text) => text !== "");

  const stop = () => {
    isReading = false;
    window.speechSynthesis.cancel();
    button.textContent = start;
  };

  button.addEventListener("click", () => {
    if (isReading) {
      stop();
      return;
    }
    const found = voice();
    said.textContent = found ? "" : bar.dataset.none;
    if (!found) {
      return;
    }
    isReading = true;
    button.textContent = bar.dataset.stop;
    const pieces = texts();
    pieces.forEach((text, index) => {
      const piece = new SpeechSynthesisUtterance(text);
      piece.lang = language;
      piece.voice = found;
      if (index === pieces.length - 1) {
        piece.addEventListener("end", stop);
      }
      window.speechSynthesis.speak(piece);
    });
  });
  window.speechSynthesis.getVoices(); // some browsers look for their voices only once they have been asked
  window.addEventListener("pagehide", stop);
  bar.hidden = false;
})();
