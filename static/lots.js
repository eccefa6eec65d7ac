// Lets positions be dragged onto a lot; it fills in and sends the form that works without it.
"use strict";
(() => {
  const form = document.querySelector("[data-drag]");
  if (!form) return;
  const zones = form.querySelector("[data-drop-zones]");
  const boxes = () => [...form.querySelectorAll("[data-draggable] input")];
  form.classList.add("can-drag");
  form.querySelectorAll("[data-draggable]").forEach((row) => {
    row.draggable = true;
    row.addEventListener("dragstart", (event) => {
      const box = row.querySelector("input");
      if (!box.checked) boxes().forEach((other) => (other.checked = other === box));
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", row.textContent.trim());
      setTimeout(() => (zones.hidden = false)); // not before the picture of the dragged row is taken
    });
    row.addEventListener("dragend", () => (zones.hidden = true));
  });
  zones.querySelectorAll("[data-lot]").forEach((zone) => {
    zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      zone.classList.add("is-over");
    });
    zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      form.elements.lot_id.value = zone.dataset.lot;
      form.requestSubmit();
    });
  });
})();
