// What makes the pages kinder where script runs. Each of them works without it.
"use strict";

// The error summary takes the focus; its links put the focus into the field, the label in view.
const summary = document.querySelector("[data-focus]");
if (summary) {
  // Its autofocus has had its turn after two frames; this is for browsers that know it only on fields.
  requestAnimationFrame(() => requestAnimationFrame(() => document.activeElement === summary || summary.focus()));
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.closest(".field") || field).scrollIntoView();
    field.focus({ preventScroll: true });
  });
}

// An act is sent once, however often the button is pressed. Coming back by the Back button frees it.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || !button.hasAttribute("data-once") || event.defaultPrevented) return;
  if (button.getAttribute("aria-disabled") === "true") {
    event.preventDefault();
    return;
  }
  button.setAttribute("aria-disabled", "true");
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("[data-once][aria-disabled]").forEach((button) => button.removeAttribute("aria-disabled"));
});

// Show and hide a password.
document.querySelectorAll("[data-password]").forEach((frame) => {
  const input = frame.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--secondary password__show";
  const say = (shown) => {
    input.type = shown ? "text" : "password";
    button.textContent = shown ? frame.dataset.hide : frame.dataset.show;
    button.setAttribute("aria-label", shown ? frame.dataset.hideAbout : frame.dataset.showAbout);
  };
  button.addEventListener("click", () => say(input.type === "password"));
  input.form && input.form.addEventListener("submit", () => say(false));
  say(false);
  frame.append(button);
});

// Files may be dropped on the frame; the name and size of the chosen one are said.
document.querySelectorAll("[data-upload]").forEach((frame) => {
  const input = frame.querySelector("input[type='file']");
  const name = frame.querySelector("[data-upload-name]");
  const prompt = frame.querySelector("[data-upload-prompt]");
  // The browser writes its own button in its own language; ours speaks the page's.
  prompt.hidden = false;
  frame.querySelector("[data-upload-pick]").hidden = false;
  frame.classList.add("upload--ready");
  const tell = () => {
    const files = Array.from(input.files);
    name.textContent = files.length ? `${frame.dataset.chosen} ${files.map((file) => `${file.name} (${Math.max(1, Math.round(file.size / 1024)).toLocaleString("en")} KB)`).join(", ")}` : "";
  };
  const over = (event, on) => {
    event.preventDefault();
    frame.classList.toggle("upload--over", on);
  };
  frame.addEventListener("dragover", (event) => over(event, true));
  frame.addEventListener("dragleave", (event) => over(event, false));
  frame.addEventListener("drop", (event) => {
    over(event, false);
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
    tell();
  });
  input.addEventListener("change", tell);
  tell();
});

// A menu closes with Escape and when the focus or the pointer goes elsewhere.
document.querySelectorAll("[data-menu]").forEach((menu) => {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  const leave = (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  };
  document.addEventListener("click", leave);
  document.addEventListener("focusin", leave);
});

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

// Changing the language keeps what was typed: it waits in this tab only until the next page, never secrets or files.
const KEPT = "portal-typed";
const bare = (path) => path.replace(/^\/(ms|en)(?=\/|$)/, "") || "/";
const typed = () => Array.from(document.querySelectorAll("main form")).flatMap((form, formIndex) =>
  Array.from(form.elements).flatMap((field, index) => {
    const secret = ["password", "file", "hidden", "submit", "button"].includes(field.type) || field.autocomplete === "one-time-code";
    if (!field.name || secret || field.tagName === "BUTTON" || field.tagName === "FIELDSET") return [];
    return [{ formIndex, index, name: field.name, value: field.value, checked: Boolean(field.checked) }];
  }));
document.querySelectorAll("[data-language]").forEach((link) => link.addEventListener("click", () => {
  const fields = typed();
  if (fields.length) sessionStorage.setItem(KEPT, JSON.stringify({ path: bare(location.pathname), fields }));
}));
const kept = sessionStorage.getItem(KEPT);
if (kept) {
  sessionStorage.removeItem(KEPT);
  const { path, fields } = JSON.parse(kept);
  const forms = document.querySelectorAll("main form");
  if (path === bare(location.pathname)) {
    fields.forEach(({ formIndex, index, name, value, checked }) => {
      const field = forms[formIndex] && forms[formIndex].elements[index];
      if (!field || field.name !== name) return;
      if (field.type === "checkbox" || field.type === "radio") field.checked = checked;
      else field.value = value;
    });
  }
}
