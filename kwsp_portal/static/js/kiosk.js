// A visit at the kiosk ends by itself: each touch begins the minute anew. The page is not kept for the way back.
"use strict";

(() => {
  const visit = document.querySelector("[data-kiosk-seconds]");
  if (!visit) return;
  const leave = () => window.location.replace(visit.dataset.kioskEnd);
  let timer = 0;
  const touched = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(leave, Number(visit.dataset.kioskSeconds) * 1000);
  };
  for (const kind of ["pointerdown", "keydown", "input", "scroll"]) document.addEventListener(kind, touched, { passive: true });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) leave();
  });
  touched();
})();
