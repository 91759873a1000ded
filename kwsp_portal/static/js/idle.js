// A session that nobody uses ends by itself: it is said two minutes before, and what was typed is kept. Tabs of one person know of each other.
"use strict";

const idle = document.querySelector("[data-idle]");
if (idle) {
  const SEEN = "portal-seen";
  const warn = Number(idle.dataset.warn) * 1000;
  const started = Date.now();
  let ends = started + Number(idle.dataset.left) * 1000;
  const limit = started + Number(idle.dataset.absolute) * 1000;
  const left = idle.querySelector("[data-idle-left]");
  const said = idle.querySelector("[data-idle-said]");
  const stay = idle.querySelector("[data-idle-stay]");
  const length = Number(idle.dataset.idle) * 1000;
  let over = false;

  const remember = () => {
    try {
      localStorage.setItem(SEEN, String(ends));
    } catch {
      // A browser that keeps nothing knows of one tab only.
    }
  };
  const elsewhere = () => {
    try {
      return Number(localStorage.getItem(SEEN)) || 0;
    } catch {
      return 0;
    }
  };
  const last = () => Math.min(limit, Math.max(ends, Math.min(elsewhere(), Date.now() + length)));
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const token = () => document.querySelector("input[name=csrfmiddlewaretoken]").value;
  const post = (url, body) =>
    fetch(url, { method: "POST", keepalive: true, redirect: "manual", headers: { "X-CSRFToken": token(), "X-Fragment": "idle", "Content-Type": "application/json" }, body });

  // Only what was changed, of forms that change something; never secrets or files.
  const typed = () => {
    const found = [];
    document.querySelectorAll("main form[method=post]").forEach((form) => {
      const fields = Array.from(form.elements).filter((field) =>
        field.name && !["password", "file", "hidden", "submit", "button", "fieldset"].includes(field.type) && field.autocomplete !== "one-time-code");
      const changed = fields.some((field) => {
        if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
        if (field.type === "select-one") return Array.from(field.options).some((option) => option.selected !== option.defaultSelected) && field.value !== field.options[0].value;
        return field.value !== field.defaultValue;
      });
      if (!changed) return;
      fields.forEach((field) => {
        const ticked = field.type !== "checkbox" && field.type !== "radio" ? true : field.checked;
        found.push(ticked ? [field.name, field.value] : [field.name]);
      });
    });
    return found;
  };

  const leave = async () => {
    if (over) return;
    over = true;
    const fields = typed();
    try {
      if (fields.length) await post(idle.dataset.draft, JSON.stringify({ page: location.pathname, fields }));
    } finally {
      location.assign(`${idle.dataset.out}&next=${encodeURIComponent(location.pathname + location.search)}`);
    }
  };

  const tell = () => {
    const remaining = Math.max(0, Math.ceil((last() - Date.now()) / 1000));
    if (remaining * 1000 > warn) {
      if (idle.open) idle.close();
      return;
    }
    left.textContent = clock(remaining);
    // The end of the whole session cannot be put off.
    stay.hidden = last() >= limit;
    idle.querySelector("[data-idle-limit]").hidden = !stay.hidden;
    if (!idle.open) {
      idle.showModal();
      (stay.hidden ? idle : stay).focus();
    }
    if (remaining === 60 || remaining === 30) said.textContent = `${said.dataset.words} ${clock(remaining)}`;
    // A little before the server's own end, so that what was typed is still taken.
    if (remaining <= 4) leave();
  };

  stay.addEventListener("click", async () => {
    const answer = await fetch(idle.dataset.stay, { method: "POST", redirect: "manual", headers: { "X-CSRFToken": token(), Accept: "application/json" } });
    if (answer.status !== 204) return location.reload();
    ends = Date.now() + length;
    remember();
    said.textContent = "";
    idle.close();
  });
  // Escape answers the question as the button does: who is at the keyboard is here.
  idle.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (!stay.hidden) stay.click();
  });
  remember();
  setInterval(tell, 1000);
  document.addEventListener("visibilitychange", tell);
}
