// Asks how far a job is and says so, until it is finished; then the page is loaded anew to show the outcome.
// The answer may be JSON {done, total, finished} or a page that holds the same component.
"use strict";

(() => {
  const LONGEST_WAIT = 30000;
  const shown = document.querySelector("[data-progress]");
  if (!shown || shown.hasAttribute("data-finished") || shown.dataset.started) return;
  shown.dataset.started = "yes";
  const bar = shown.querySelector("[data-progress-bar]");
  const text = shown.querySelector("[data-progress-text]");
  const every = Number(shown.dataset.every) * 1000;
  let wait = every;

  const say = (done, total) => {
    if (!total) return;
    bar.max = total;
    bar.value = done;
    const words = text.dataset.template.replace("{done}", Number(done).toLocaleString("en")).replace("{total}", Number(total).toLocaleString("en"));
    if (text.textContent !== words) text.textContent = words;
  };

  const fromPage = (html) => {
    const found = new DOMParser().parseFromString(html, "text/html").querySelector("[data-progress]");
    if (!found || found.hasAttribute("data-finished")) return { finished: true };
    const other = found.querySelector("[data-progress-bar]");
    return { done: Number(other.getAttribute("value")), total: Number(other.getAttribute("max")) };
  };

  const ask = async () => {
    const answer = await fetch(shown.dataset.url || location.href, { headers: { "X-Fragment": "progress", Accept: "application/json, text/html" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    // The session ran out: the page led to says so, and back here afterwards.
    if (answer.redirected) return { elsewhere: answer.url };
    const isJson = (answer.headers.get("Content-Type") || "").includes("json");
    return isJson ? answer.json() : fromPage(await answer.text());
  };

  const look = async () => {
    try {
      const state = await ask();
      wait = every;
      if (state.elsewhere) {
        location.assign(state.elsewhere);
        return;
      }
      if (state.finished) {
        location.reload();
        return;
      }
      say(state.done, state.total);
    } catch (error) {
      // The network or the server is away for a moment: ask again, less often.
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
    setTimeout(look, wait);
  };
  setTimeout(look, every);
})();
