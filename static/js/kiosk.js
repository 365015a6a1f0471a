// A shared machine clears itself when nobody has touched it for a while.
const kiosk = document.querySelector("form[data-idle]");
if (kiosk) {
  const most = Number(kiosk.dataset.idle);
  const left = kiosk.querySelector("[data-idle-left]");
  let seconds = most;
  const touched = () => {
    seconds = most;
  };
  for (const name of ["pointerdown", "keydown", "scroll", "touchstart"])
    window.addEventListener(name, touched, { passive: true });
  setInterval(() => {
    seconds -= 1;
    left.textContent = seconds <= 20 && seconds >= 0 ? kiosk.dataset.words.replace("#", seconds) : "";
    if (seconds === 0) kiosk.requestSubmit();
  }, 1000);
}
