// A shared machine clears itself when nobody has touched it for a while.
const kiosk = document.querySelector("form[data-idle]");
if (kiosk) {
  const most = Number(kiosk.dataset.idle);
  const left = kiosk.querySelector("[data-idle-left]");
  let seconds = most;
  const touched = () => {
    seconds = most;
  };
  for (const name of ["pointerdown", "keydown", "scroll", "touchstart", "focusin", "change"])
    window.addEventListener(name, touched, { passive: true });
  setInterval(() => {
    seconds -= 1;
    // said aloud too: four times, not twenty
    if (seconds > 20) left.textContent = "";
    else if (seconds >= 0 && seconds % 5 === 0) left.textContent = kiosk.dataset.words.replace("#", seconds);
    if (seconds === 0) kiosk.requestSubmit();
  }, 1000);
  // a second window would stay open for the next person
  for (const link of document.querySelectorAll("a[target]")) link.removeAttribute("target");
}
