// Comfort on top of pages that work without it. Each part looks for its own data attribute.

// After a refused form, start at the list of what to mend.
document.querySelector("[data-focus]")?.focus();

// A second click on the same button does nothing; the server would not count it twice either.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 8000);
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// The menu closes with Escape and hands the focus back.
const menu = document.querySelector("details.menu");
menu?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// Buttons that only make sense with scripts are hidden in the page until now.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.querySelector("[data-said]").textContent = button.dataset.done;
  });
}

// On paper, a figure comes with its table.
window.addEventListener("beforeprint", () => {
  for (const table of document.querySelectorAll(".fact > details:not([open])")) {
    table.open = true;
    table.dataset.shut = "yes";
  }
});
window.addEventListener("afterprint", () => {
  for (const table of document.querySelectorAll("details[data-shut]")) {
    table.open = false;
    delete table.dataset.shut;
  }
});
