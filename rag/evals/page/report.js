"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const cases = [...document.querySelectorAll("details.case")].map((element) => ({
    element,
    text: element.textContent.toLowerCase(),
  }));
  const chips = [...document.querySelectorAll(".chip input")];
  const changed = byId("changed");

  const filter = () => {
    const words = byId("find").value.toLowerCase().split(/\s+/).filter(Boolean);
    const tag = byId("tag").value;
    const kinds = new Set(chips.filter((chip) => chip.checked).map((chip) => chip.value));
    let shown = 0;
    for (const { element, text } of cases) {
      const { outcome, tags, changed: change } = element.dataset;
      const fits =
        kinds.has(outcome) &&
        (!tag || tags.includes(`|${tag}|`)) &&
        (!changed || !changed.value || changed.value === change) &&
        words.every((word) => text.includes(word));
      element.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    byId("count").textContent = `${shown} of ${cases.length}`;
    byId("none").hidden = shown > 0;
  };

  const choose = (tag) => {
    byId("tag").value = tag;
    filter();
    byId("cases").scrollIntoView();
  };

  const theme = () => {
    const root = document.documentElement;
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const now = root.dataset.theme || (dark ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
  };

  byId("find").addEventListener("input", filter);
  byId("tag").addEventListener("change", filter);
  changed?.addEventListener("change", filter);
  chips.forEach((chip) => chip.addEventListener("change", filter));
  byId("every").addEventListener("change", (event) => {
    document.querySelector(".figures").classList.toggle("every", event.target.checked);
  });
  byId("theme").addEventListener("click", theme);
  document.querySelectorAll("button.tag").forEach((button) => {
    button.addEventListener("click", () => choose(button.dataset.tag));
  });
  filter();
})();
