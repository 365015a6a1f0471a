// The bar under a ballot follows each click. It only shows sums: the server counts for itself.

function watch(form) {
  const bar = form.querySelector("[data-bar]");
  if (!bar) return;
  const language = document.documentElement.lang === "ar" ? "ar-MA" : document.documentElement.lang;
  const plain = new Intl.NumberFormat(language);
  const money = (cents) =>
    new Intl.NumberFormat(language, {
      style: "currency",
      currency: "EUR",
      minimumFractionDigits: cents % 100 ? 2 : 0,
    }).format(cents / 100);
  const total = bar.dataset.total === undefined ? null : Number(bar.dataset.total);
  const most = bar.dataset.most === undefined ? null : Number(bar.dataset.most);
  const part = (name) => bar.querySelector(`[data-${name}]`);

  const refresh = () => {
    const chosen = [...form.querySelectorAll("input[data-cents]:checked")];
    const spent = chosen.reduce((sum, input) => sum + Number(input.dataset.cents), 0);
    const tooDear = total !== null && spent > total;
    const tooMany = most !== null && chosen.length > most;
    bar.classList.toggle("ballot-bar--over", tooDear || tooMany);
    part("count").textContent = plain.format(chosen.length);
    if (total === null) return;
    part("rest").textContent = money(Math.abs(total - spent));
    part("word").textContent = tooDear ? bar.dataset.missing : bar.dataset.left;
    part("fill").setAttribute("width", `${total ? Math.min(spent / total, 1) * 99 : 0}%`);
  };
  form.addEventListener("change", refresh);
  window.addEventListener("pageshow", refresh);
}

for (const form of document.querySelectorAll("form[data-ballot]")) watch(form);
