// The bar under a ballot follows each click. It only shows sums: the server counts for itself.

function watch(form) {
  const bar = form.querySelector("[data-bar]");
  if (!bar) return;
  const language = document.documentElement.lang === "ar" ? "ar-u-nu-latn" : document.documentElement.lang;
  const plain = new Intl.NumberFormat(language);
  const money = (cents) =>
    new Intl.NumberFormat(language, {
      style: "currency",
      currency: "EUR",
      minimumFractionDigits: cents % 100 ? 2 : 0,
    }).format(cents / 100);
  const words = bar.dataset;
  const total = words.total === undefined ? null : Number(words.total);
  const most = words.most === undefined ? null : Number(words.most);
  const limits = words.limits ? JSON.parse(words.limits) : null;
  const part = (name) => bar.querySelector(`[data-${name}]`);
  const say = (name, text) => {
    if (part(name) && part(name).textContent !== text) part(name).textContent = text;
  };

  // How many are chosen, ranked or graded; or how many points are given.
  const given = () => {
    const values = (selector) => [...form.querySelectorAll(selector)].map((one) => one.value.trim());
    switch (form.dataset.ballot) {
      case "points":
        return values("[data-points]").reduce((sum, one) => sum + (Number(one) || 0), 0);
      case "ranking":
        return values("[data-rank]").filter((one) => one && one !== "0").length;
      case "graded":
        return values("[data-grade]:checked").filter((one) => one).length;
      default:
        return form.querySelectorAll("input[data-cents]:checked").length;
    }
  };

  // What is too much, in words: never by colour alone, and never a dead button.
  const excess = (chosen, count, spent) => {
    const cost = (name) =>
      chosen.filter((one) => one.dataset.group === name).reduce((sum, one) => sum + Number(one.dataset.cents), 0);
    const short = Object.entries(limits ?? {})
      .map(([name, cents]) => [name, cost(name) - cents])
      .filter(([, missing]) => missing > 0);
    if (most !== null && count > most) return (words.excess ?? "").replace("#", plain.format(count - most));
    if (short.length) return short.map(([name, cents]) => `${name} : ${words.missing} ${money(cents)}`).join(" · ");
    if (total !== null && spent > total) return words.dear;
    if (words.oneGroup && new Set(chosen.map((one) => one.dataset.group)).size > 1) return words.oneGroup;
    return "";
  };

  const refresh = () => {
    const chosen = [...form.querySelectorAll("input[data-cents]:checked")];
    const spent = chosen.reduce((sum, input) => sum + Number(input.dataset.cents), 0);
    const count = given();
    const over = excess(chosen, count, spent);
    bar.classList.toggle("ballot-bar--over", over !== "");
    say("count", plain.format(count));
    say("more", plain.format(Math.max((most ?? 0) - count, 0)));
    say("over", over);
    part("over").hidden = !over;
    if (part("left-over")) part("left-over").hidden = count > most;
    if (total === null) return;
    say("rest", money(Math.abs(total - spent)));
    say("word", spent > total ? words.missing : words.left);
    part("fill").setAttribute("width", `${total ? Math.min(spent / total, 1) * 99 : 0}%`);
  };
  form.addEventListener("change", refresh);
  form.addEventListener("input", refresh);
  window.addEventListener("pageshow", refresh);
}

// Finding a project again: what does not fit is hidden, and stays chosen. Nothing is sent for it.
function find(form) {
  const said = form.querySelector("[data-shown]");
  if (!said) return;
  const rows = [...form.querySelectorAll(".choice")];
  const words = form.querySelector("[name=find]");
  const group = form.querySelector("[name=group]");
  const button = form.querySelector("[data-mine]");
  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const chosen = (row) =>
    [...row.querySelectorAll(":is(input:checked, [data-points], [data-rank])")].some((one) =>
      one.type === "radio" ? one.value !== "" : one.type === "checkbox" || Number(one.value) > 0,
    );
  let mine = button?.value === "all";
  let before = 0;

  const show = () => {
    const wanted = folded(words?.value ?? "").split(/[^\p{L}\p{N}]+/u).filter((one) => one);
    let count = 0;
    for (const row of rows) {
      const text = folded(row.textContent);
      const fits = mine
        ? chosen(row)
        : (!group?.value || row.dataset.group === group.value) && wanted.every((one) => text.includes(one));
      row.hidden = !fits;
      count += fits;
    }
    said.hidden = count === rows.length;
    said.textContent = count ? said.dataset.shown.replace("#", count) : said.dataset.none;
  };
  for (const one of [words, group])
    one?.addEventListener("input", () => {
      mine = false;
      tell();
    });
  words?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  const tell = () => {
    button.textContent = mine ? button.dataset.all : button.dataset.mine;
    button.value = mine ? "all" : "mine";
    show();
  };
  button?.addEventListener("click", (event) => {
    event.preventDefault();
    mine = !mine;
    if (mine) before = window.scrollY;
    tell();
    if (mine) said.scrollIntoView({ block: "center" });
    else window.scrollTo(0, before);
  });
  for (const one of form.querySelectorAll("button[value=find]")) one.hidden = true;
}

for (const form of document.querySelectorAll("form[data-ballot]")) {
  watch(form);
  find(form);
}
