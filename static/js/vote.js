// Comfort for voting; every page works without it.

// A QR code's secret stands after the « # »: no server is ever sent it. Fill the field in, take it
// out of the address at once, and open the ballot (or look the receipt up).
const field = document.querySelector("[data-from-address]");
const said = decodeURIComponent(location.hash.slice(1));
if (field && said && !field.value) {
  history.replaceState(null, "", location.pathname);
  field.value = said;
  field.form.requestSubmit();
}

// The draft follows each click; it lives in this browser's own cookie.
const ballot = document.querySelector("form[data-draft]");
if (ballot) {
  let later;
  const keep = () =>
    fetch(ballot.dataset.draft, { method: "POST", body: new FormData(ballot) }).catch(() => {});
  ballot.addEventListener("change", () => {
    clearTimeout(later);
    later = setTimeout(keep, 400);
  });
  ballot.addEventListener("submit", () => clearTimeout(later));
}

// Points given so far, under the ballot.
const bar = document.querySelector("[data-points-bar]");
if (bar && ballot) {
  const refresh = () => {
    const marks = [...ballot.querySelectorAll("select[data-points]")];
    const sum = marks.reduce((total, one) => total + Number(one.value), 0);
    bar.querySelector("[data-given]").textContent = sum;
    bar.classList.toggle("ballot-bar--over", sum > Number(bar.dataset.most));
  };
  ballot.addEventListener("change", refresh);
  window.addEventListener("pageshow", refresh);
}
