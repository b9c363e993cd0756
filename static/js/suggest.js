/* Suggestions under a search box while one types. The form works without this file; so does the page it asks. */
"use strict";
(() => {
  const WAIT_MS = 150;
  const SELECTED = "suggest__link--on";

  for (const form of document.querySelectorAll("form[data-suggest]")) {
    const box = form.querySelector("input[type=search]");
    const panel = document.createElement("div");
    panel.className = "suggest suggest--under";
    panel.id = `${box.id}-suggestions`;
    panel.hidden = true;
    box.closest(".search").after(panel);
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-expanded", "false");
    box.setAttribute("aria-controls", panel.id);
    const kept = new Map();
    let timer = 0;
    let asked = "";
    let shown = "";
    let isPressed = false; /* a finger is on the list: what it is about to choose stays where it is */
    let at = -1;

    const options = () => [...panel.querySelectorAll("[role=option]")];

    const close = () => {
      clearTimeout(timer);
      panel.hidden = true;
      at = -1;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    };

    const choose = (next) => {
      const links = options();
      links.forEach((link, number) => {
        link.classList.toggle(SELECTED, number === next);
        link.setAttribute("aria-selected", String(number === next));
      });
      at = next;
      if (links[next]) box.setAttribute("aria-activedescendant", links[next].id);
      else box.removeAttribute("aria-activedescendant");
    };

    const show = (html) => {
      if (isPressed || (html === shown && !panel.hidden)) return;
      const list = new DOMParser().parseFromString(html, "text/html").querySelector("ul");
      if (!list || document.activeElement !== box) return close();
      list.setAttribute("role", "listbox");
      list.setAttribute("aria-label", form.dataset.suggestLabel);
      list.querySelectorAll("li").forEach((item) => item.setAttribute("role", "presentation"));
      list.querySelectorAll("a").forEach((link, number) => {
        link.setAttribute("role", "option");
        link.setAttribute("tabindex", "-1");
        link.id = `${panel.id}-${number}`;
      });
      panel.replaceChildren(list);
      shown = html;
      panel.hidden = false;
      box.setAttribute("aria-expanded", "true");
      choose(-1);
    };

    const ask = async () => {
      const text = box.value;
      asked = text;
      if (!text.trim()) return close();
      if (!kept.has(text)) {
        const address = `${form.dataset.suggest}?piece=1&q=${encodeURIComponent(text)}`;
        try {
          const answer = await fetch(address, { credentials: "same-origin" });
          if (!answer.ok) return close();
          kept.set(text, await answer.text());
        } catch {
          return close(); /* offline: the box is a plain box */
        }
      }
      if (asked === text) show(kept.get(text));
    };

    box.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT_MS);
    });
    box.addEventListener("keydown", (event) => {
      const count = options().length;
      if (event.isComposing || panel.hidden || !count) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        choose(((at + 1 + step + count + 1) % (count + 1)) - 1);
      } else if (event.key === "Enter" && at >= 0) {
        event.preventDefault();
        options()[at].click();
      } else if (event.key === "Escape") {
        event.preventDefault();
        close();
      } else if (event.key === "Tab") {
        close();
      }
    });
    panel.addEventListener("mousedown", (event) => event.preventDefault()); /* the box keeps the focus */
    panel.addEventListener("pointerdown", () => (isPressed = true));
    addEventListener("pointerup", () => (isPressed = false));
    addEventListener("pointercancel", () => (isPressed = false));
    box.addEventListener("blur", close);
  }
})();
