// Moves through the review queue by keys; only while a proposal has the focus, and everything works without it.
"use strict";
(() => {
  const queue = document.querySelector("[data-review]");
  if (!queue) return;
  const proposals = [...queue.querySelectorAll("[data-proposal]")];
  const move = (step) => {
    const here = proposals.findIndex((one) => one.contains(document.activeElement));
    const next = proposals[Math.min(Math.max(here + step, 0), proposals.length - 1)];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const press = (value) => {
    const here = proposals.find((one) => one.contains(document.activeElement));
    here?.querySelector(`button[value="${value}"]`).click();
  };
  const keys = {
    j: () => move(1),
    ArrowDown: () => move(1),
    k: () => move(-1),
    ArrowUp: () => move(-1),
    g: () => press("same"),
    v: () => press("different"),
    z: () => document.querySelector("[data-undo] button")?.click(),
  };
  queue.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input, textarea, select")) return;
    event.preventDefault();
    act();
  });
  // After the browser itself has gone to the part of the page that the address names, which takes the focus away.
  if (location.hash === "#vorschlaege") addEventListener("load", () => setTimeout(() => proposals[0]?.focus()));
})();
