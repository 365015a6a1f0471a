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
  const total = bar.dataset.total === undefined ? null : Number(bar.dataset.total);
  const most = bar.dataset.most === undefined ? null : Number(bar.dataset.most);
  const limits = bar.dataset.limits ? JSON.parse(bar.dataset.limits) : null;
  const say = (name, text) => {
    const part = bar.querySelector(`[data-${name}]`);
    if (part && part.textContent !== text) part.textContent = text;
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
        return values("[data-grade]:checked").length;
      default:
        return form.querySelectorAll("input[data-cents]:checked").length;
    }
  };

  const refresh = () => {
    const chosen = [...form.querySelectorAll("input[data-cents]:checked")];
    const cost = (inputs) => inputs.reduce((sum, input) => sum + Number(input.dataset.cents), 0);
    const spent = cost(chosen);
    const count = given();
    const short = Object.entries(limits ?? {})
      .map(([name, cents]) => [name, cost(chosen.filter((one) => one.dataset.group === name)) - cents])
      .filter(([, missing]) => missing > 0);
    const tooDear = (total !== null && spent > total) || short.length > 0;
    const tooMany = most !== null && count > most;
    bar.classList.toggle("ballot-bar--over", tooDear || tooMany);
    say("count", plain.format(count));
    say("more", plain.format(Math.max((most ?? 0) - count, 0)));
    say("spent", money(spent));
    const over = bar.querySelector("[data-over]");
    if (over) {
      say("over", short.map(([name, cents]) => `${name} : ${bar.dataset.missing} ${money(cents)}`).join(" · "));
      over.hidden = !short.length;
    }
    if (total === null) return;
    say("rest", money(Math.abs(total - spent)));
    say("word", spent > total ? bar.dataset.missing : bar.dataset.left);
    bar.querySelector("[data-fill]").setAttribute("width", `${total ? Math.min(spent / total, 1) * 99 : 0}%`);
  };
  form.addEventListener("change", refresh);
  form.addEventListener("input", refresh);
  window.addEventListener("pageshow", refresh);
}

for (const form of document.querySelectorAll("form[data-ballot]")) watch(form);
