// Keeps an open plan up to date while somebody looks at it, and lets a booking be dragged to another day; both work without it.
"use strict";
(() => {
  const plan = () => document.getElementById("plan");
  if (!plan()) return;
  const EVERY = 45_000;
  let dragged = null;

  const refresh = () => {
    const busy = dragged || plan().contains(document.activeElement) && document.activeElement.matches("a");
    if (document.visibilityState === "visible" && !busy) plan().dispatchEvent(new Event("refresh"));
  };
  setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", refresh);

  const days = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
  const target = (event) => {
    const cell = event.target.closest?.("[data-day]");
    return cell && dragged && cell.parentElement === dragged.cell.parentElement && cell !== dragged.cell ? cell : null;
  };
  const clear = () => plan().querySelectorAll(".is-over").forEach((cell) => cell.classList.remove("is-over"));

  const ready = () => plan().querySelectorAll("[data-move]").forEach((mark) => {
    mark.draggable = true;
    mark.querySelectorAll("a").forEach((link) => (link.draggable = false)); // else the link is dragged, not the booking
  });
  ready();
  document.addEventListener("htmx:after:swap", ready);
  document.addEventListener("dragstart", (event) => {
    const mark = event.target.closest?.("[data-move]");
    if (!mark) return;
    dragged = { cell: mark.closest("[data-day]"), move: mark.dataset.move };
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", mark.textContent.trim());
  });
  document.addEventListener("dragover", (event) => {
    clear();
    const cell = target(event);
    if (!cell) return;
    event.preventDefault();
    cell.classList.add("is-over");
  });
  document.addEventListener("drop", (event) => {
    const cell = target(event);
    if (!cell) return;
    event.preventDefault();
    // The form for moving shows the new time, asks to confirm, and says what stands in the way.
    location.assign(`${dragged.move}?tage=${days(dragged.cell.dataset.day, cell.dataset.day)}`);
  });
  document.addEventListener("dragend", () => {
    dragged = null;
    clear();
  });
})();
