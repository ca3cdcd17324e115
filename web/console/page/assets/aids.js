// What is convenient, and nothing that is needed: copying, printing, showing a
// password, what is typed where it will stand, times in the zone of whoever reads them.
"use strict";
(() => {
  // The page's language, as it is spoken where the browser is.
  const page = document.documentElement.lang;
  const locale = [...navigator.languages, page === "en" ? "en-GB" : page].find((l) => l.split("-")[0] === page) ?? page;

  // Buttons that only a script can make work are hidden until there is one.
  for (const e of document.querySelectorAll("[data-scripted], [data-reveal]")) e.hidden = false;

  for (const button of document.querySelectorAll("[data-copy]")) {
    const source = document.getElementById(button.dataset.copy);
    if (!source || !navigator.clipboard) {
      button.hidden = true;
      continue;
    }
    const told = document.createElement("span");
    told.setAttribute("role", "status");
    told.className = "told";
    button.after(told);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.value ?? source.textContent);
        told.textContent = button.dataset.done;
        setTimeout(() => { told.textContent = ""; }, 4000);
      } catch { // the browser refused: the text can be marked by hand
        getSelection().selectAllChildren(source);
      }
    });
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => window.print());
  }

  for (const button of document.querySelectorAll("[data-reveal]")) {
    const field = document.getElementById(button.dataset.reveal);
    const show = button.textContent;
    const turn = (open) => {
      field.type = open ? "text" : "password";
      button.textContent = open ? button.dataset.hide : show;
    };
    button.addEventListener("click", () => turn(field.type === "password"));
    field.form.addEventListener("submit", () => turn(false));
  }

  for (const e of document.querySelectorAll("[data-echo]")) {
    const field = document.getElementById(e.dataset.echo);
    field.addEventListener("input", () => { e.textContent = field.value.trim().toLowerCase() || "…"; });
  }

  const date = new Intl.DateTimeFormat(locale, { dateStyle: "long" });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
  for (const e of document.querySelectorAll("time[datetime]")) {
    const at = new Date(e.dateTime);
    if (!isNaN(at)) e.textContent = ("moment" in e.dataset ? moment : date).format(at);
  }
})();
