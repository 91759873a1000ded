// Sends the marked form once the page is loaded; without script its button does the same.
"use strict";
document.querySelectorAll("form[data-auto-submit]").forEach((form) => form.submit());
