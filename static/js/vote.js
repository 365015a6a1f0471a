// Comfort for voting; every page works without it.

// A QR code's secret stands after the « # »: no server is ever sent it. Fill the field in, take it
// out of the address at once, and open the ballot (or look the receipt up).
const field = document.querySelector("[data-from-address]");
const fromAddress = () => {
  const said = decodeURIComponent(location.hash.slice(1));
  if (!field || !said || document.getElementById(said)) return;
  history.replaceState(null, "", location.pathname);
  field.value = said;
  field.form.requestSubmit();
};
fromAddress();
window.addEventListener("hashchange", fromAddress); // a second letter, in the same window

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

// « Monter » and « Descendre » trade two ranks in place; without scripts the server does the same.
const ranks = () =>
  [...document.querySelectorAll("[data-rank]")]
    .filter((one) => Number(one.value) > 0)
    .sort((one, other) => Number(one.value) - Number(other.value));
ballot?.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-move]");
  if (!button) return;
  event.preventDefault();
  const own = button.closest("li").querySelector("[data-rank]");
  const order = ranks();
  const at = order.indexOf(own);
  const most = Number(ballot.querySelector("[data-most]").dataset.most);
  if (at < 0) {
    if (order.length < most) order.push(own);
  } else {
    const other = at + (button.dataset.move === "up" ? -1 : 1);
    if (order[other]) [order[at], order[other]] = [order[other], order[at]];
  }
  order.forEach((one, place) => {
    one.value = String(place + 1);
  });
  own.dispatchEvent(new Event("change", { bubbles: true }));
});

// A project read aloud by the browser's own voice: its words are in French, whatever the page's.
if ("speechSynthesis" in window) {
  for (const button of document.querySelectorAll("button[data-speak]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const speaking = speechSynthesis.speaking && button.dataset.on;
      speechSynthesis.cancel();
      for (const one of document.querySelectorAll("button[data-on]")) delete one.dataset.on;
      if (speaking) return;
      const words = new SpeechSynthesisUtterance(button.dataset.speak);
      words.lang = "fr-FR";
      words.addEventListener("end", () => delete button.dataset.on);
      button.dataset.on = "yes";
      speechSynthesis.speak(words);
    });
  }
  window.addEventListener("pagehide", () => speechSynthesis.cancel());
}
