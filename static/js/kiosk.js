// A shared machine clears itself when nobody has touched it for a while.
const kiosk = document.querySelector("form[data-idle]");
if (kiosk) {
  const most = Number(kiosk.dataset.idle) * 1000;
  const left = kiosk.querySelector("[data-idle-left]");
  // The notice is on top of the page; the bar of a ballot is in view wherever one reads.
  const bar = document.querySelector(".ballot-bar__next");
  const before = bar?.textContent;
  let until = Date.now() + most;
  let cleared = false;
  const clear = () => {
    if (!cleared) kiosk.requestSubmit();
    cleared = true;
  };
  // By the clock: a screen that slept has waited too, and who wakes it is somebody else.
  const touched = () => {
    if (Date.now() >= until) clear();
    else until = Date.now() + most;
  };
  // « scroll » is no gesture: a page scrolls by itself when its notice grows.
  for (const name of ["pointerdown", "keydown", "wheel", "touchmove", "focusin", "change"])
    window.addEventListener(name, touched, { passive: true });
  setInterval(() => {
    const seconds = Math.ceil((until - Date.now()) / 1000);
    if (seconds <= 0) clear();
    else if (seconds > 20) {
      left.textContent = "";
      if (bar) bar.textContent = before;
    } else if (seconds % 5 === 0) {
      // said aloud too: four times, not twenty
      left.textContent = kiosk.dataset.words.replace("#", seconds);
      if (bar) bar.textContent = left.textContent;
    }
  }, 1000);
  // a second window would stay open for the next person
  for (const link of document.querySelectorAll("a[target]")) link.removeAttribute("target");
}
