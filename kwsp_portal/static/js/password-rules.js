// Ticks the rules of a new password while it is typed. The portal asks them all again; what the page cannot know stays unticked until then.
"use strict";
const rules = document.querySelector("[data-rules]");
const chosen = document.querySelector("[data-new-password]");
if (rules && chosen) {
  const simple = (text) => text.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const own = Array.from(rules.querySelectorAll("[data-own]"), (piece) => piece.dataset.own).sort((a, b) => b.length - a.length);
  const common = new Set(self.KWSP_COMMON_PASSWORDS || []);
  const ofOwn = (password) => {
    const text = simple(password);
    const rest = own.reduce((left, piece) => left.replaceAll(piece, ""), text);
    return rest !== text && rest.length < 8;
  };
  const isCommon = (password) => {
    const text = password.trim().toLowerCase();
    return common.has(text) || new Set(text).size === 1;
  };
  const met = {
    SHORTEST: (password) => Array.from(password).length >= 12,
    LONGEST: (password) => Array.from(password).length <= 128,
    COMMON: (password) => Array.from(password).length >= 12 && !isCommon(password),
    OWN: (password) => Array.from(password).length >= 12 && !ofOwn(password),
  };
  const tick = () => rules.querySelectorAll("[data-rule]").forEach((rule) => {
    const yes = chosen.value !== "" && met[rule.dataset.rule](chosen.value);
    rule.classList.toggle("rules__rule--met", yes);
    rule.querySelector("[data-rule-state]").textContent = ` (${yes ? rules.dataset.met : rules.dataset.notMet})`;
  });
  chosen.addEventListener("input", tick);
  tick();
}
