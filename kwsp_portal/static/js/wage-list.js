// A wage is saved as its field is left, and its shares are shown at once. Without script, or when the network is away, the button saves the page.
"use strict";

(() => {
  const form = document.querySelector("[data-wage-list]");
  if (!form) return;
  const said = form.querySelector("[data-wage-said]");

  const show = (row, found) => {
    row.querySelector(`[name="version-${found.id}"]`).value = found.version;
    row.querySelector("[data-wage-employer]").textContent = found.employer;
    row.querySelector("[data-wage-employee]").textContent = found.employee;
    row.querySelector("[data-wage-barred]").textContent = found.barred;
    row.querySelector("[data-wage-wrong]").textContent = found.wrong;
    const field = row.querySelector(`[name="wages-${found.id}"]`);
    row.querySelector(".field").classList.toggle("field--wrong", Boolean(found.wrong));
    if (found.wrong) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    if (!found.keep) field.value = found.wages;
    row.querySelector(`[name="was-${found.id}"]`).value = found.wages;
    said.textContent = found.wrong || `${found.employer} + ${found.employee}. ${found.said}`;
  };

  const save = async (row) => {
    const sent = new FormData();
    for (const name of ["csrfmiddlewaretoken", "for_employer", "employer"]) {
      const field = form.querySelector(`input[name="${name}"]`);
      if (field) sent.append(name, field.value);
    }
    row.querySelectorAll("input").forEach((field) => sent.append(field.name, field.value));
    try {
      const answer = await fetch(form.action || location.href, { method: "POST", body: sent, headers: { "X-Fragment": "row", Accept: "application/json" }, credentials: "same-origin" });
      if (answer.redirected) {
        location.assign(answer.url);
        return;
      }
      const { rows, refused } = await answer.json();
      if (refused) throw new Error(refused);
      rows.forEach((found) => show(row, found));
    } catch (error) {
      said.textContent = form.dataset.failed;
    }
  };

  // One after the other: a row's next version is known only when the answer is there.
  let last = Promise.resolve();
  form.addEventListener("change", (event) => {
    const row = event.target.closest("[data-wage-row]");
    if (row) last = last.then(() => save(row));
  });
})();
