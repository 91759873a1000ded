// How long a code is still good, and when another may be asked for. By the server's clock: this device's may be wrong.
"use strict";

(() => {
  const box = document.querySelector("[data-tac]");
  if (!box || !box.dataset.now || box.dataset.started) return;
  box.dataset.started = "yes";
  const began = performance.now();
  const now = () => Number(box.dataset.now) + (performance.now() - began) / 1000;
  const left = box.querySelector("[data-tac-left]");
  const resend = box.querySelector("[data-tac-resend]");
  const wait = box.querySelector("[data-tac-wait]");

  const look = () => {
    if (resend && resend.disabled && now() >= Number(box.dataset.resend)) {
      resend.disabled = false;
      if (wait) wait.hidden = true;
    }
    if (left && box.dataset.until) {
      const seconds = Math.ceil(Number(box.dataset.until) - now());
      left.textContent = seconds > 0
        ? box.dataset.left.replace("{left}", `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`)
        : box.dataset.over;
      if (seconds <= 0) return;
    }
    setTimeout(look, 500);
  };
  look();
})();
