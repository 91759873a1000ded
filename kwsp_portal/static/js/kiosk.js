// A visit at the kiosk ends by itself: each touch begins the minute anew, and before the last seconds it is said so. The page is not kept for the way back.
"use strict";

(() => {
  const visit = document.querySelector("[data-kiosk-seconds]");
  if (!visit) return;
  const warning = document.querySelector("[data-kiosk-warning]");
  const seconds = Number(visit.dataset.kioskSeconds);
  const warned = Math.min(15, seconds / 2);
  const leave = () => window.location.replace(visit.dataset.kioskEnd);
  let ends = 0;
  let timer = 0;
  const look = () => {
    const left = Math.ceil((ends - performance.now()) / 1000);
    if (left <= 0) return leave();
    // Said once, at the beginning: a voice that counts would be cut off by itself.
    if (left <= warned && warning.hidden) {
      warning.textContent = warning.dataset.words.replace("{left}", String(left));
      warning.hidden = false;
    }
    timer = window.setTimeout(look, 250);
    return undefined;
  };
  const touched = () => {
    window.clearTimeout(timer);
    ends = performance.now() + seconds * 1000;
    warning.hidden = true;
    look();
  };
  for (const kind of ["pointerdown", "keydown", "input", "scroll"]) document.addEventListener(kind, touched, { passive: true });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) leave();
  });
  touched();
})();
