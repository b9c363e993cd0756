/* A button that copies what a field holds. Without this file, or where the browser lets nobody copy, there is none. */
"use strict";
(() => {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    const said = document.querySelector(`[data-copied="${CSS.escape(button.dataset.copy)}"]`);
    button.hidden = false;
    button.addEventListener("click", async () => {
      said.textContent = "";
      field.select(); // where the browser refuses, it is there to be copied by hand
      const isDone = await navigator.clipboard.writeText(field.value).then(() => true, () => false);
      if (isDone) said.textContent = button.dataset.done;
    });
  }
})();
