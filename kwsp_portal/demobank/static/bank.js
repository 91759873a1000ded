// Sends the payer back to the portal without a click. Coming back with the browser's Back button must not send again.
(() => {
  const form = document.querySelector("form[data-send-at-once]");
  const [visit] = performance.getEntriesByType("navigation");
  if (form && !(visit && visit.type === "back_forward")) {
    form.submit();
  }
})();
