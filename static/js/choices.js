// « Et mes choix ? »: all of it in this page. Nothing is sent, and no ballot is looked up.

const box = document.querySelector("[data-choices]");
if (box) {
  const known = JSON.parse(box.dataset.choices);
  const language = document.documentElement.lang === "ar" ? "ar-MA" : document.documentElement.lang;
  const plain = new Intl.NumberFormat(language);
  const money = (cents) =>
    new Intl.NumberFormat(language, { style: "currency", currency: "EUR" }).format(cents / 100);
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
  const won = new Set(known.won);
  const said = box.querySelector("[data-said]");

  // By equal shares a supporter pays the same as the others, or all that is left to them.
  const shares = (chosen) =>
    known.shares
      .filter((unit) => unit.prices.some(([project]) => chosen.has(project)))
      .map((unit) => {
        let left = unit.share;
        let paid = "";
        for (const [project, price] of unit.prices) {
          if (!chosen.has(project)) continue;
          const part = Math.min(left, price);
          left -= part;
          paid += filled(box.dataset.paid, { amount: money(part), title: known.titles[project] });
        }
        return filled(box.dataset.share, { share: money(unit.share), paid, left: money(left) });
      });

  const tell = () => {
    const chosen = new Set([...box.querySelectorAll("input:checked")].map((one) => one.value));
    const got = [...chosen].filter((one) => won.has(one)).length;
    const first = chosen.size
      ? filled(box.dataset.some, { won: plain.format(got), all: plain.format(chosen.size) })
      : box.dataset.none;
    said.replaceChildren(
      ...[first, ...shares(chosen)].map((text) => {
        const line = document.createElement("p");
        line.textContent = text;
        return line;
      }),
    );
  };

  for (const row of box.querySelectorAll("[data-project]")) {
    const label = document.createElement("label");
    label.className = "option";
    const input = document.createElement("input");
    input.type = "checkbox";
    input.autocomplete = "off";
    input.value = row.dataset.project;
    const words = document.createElement("span");
    words.className = "option__label";
    words.textContent = box.dataset.pick;
    const title = document.createElement("span");
    title.className = "sr";
    title.textContent = ` ${known.titles[row.dataset.project]}`;
    words.append(title);
    label.append(input, words);
    row.append(label);
  }
  box.addEventListener("change", tell);
  for (const line of document.querySelectorAll("[data-plain]")) line.hidden = true;
  tell();
}
