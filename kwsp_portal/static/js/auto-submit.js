// Sends the marked form once the page is loaded; without script its button does the same. Who came back by the Back button stays.
"use strict";
const [arrival] = performance.getEntriesByType("navigation");
if (!arrival || arrival.type !== "back_forward") {
  document.querySelectorAll("form[data-auto-submit]").forEach((form) => form.submit());
}
