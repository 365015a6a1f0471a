// A hall screen obeys a keyboard or a presenter's remote: arrows and page keys follow the page's
// own rel="next" and rel="prev" links, the space bar, "b" and "." pause, "f" fills the screen.

function run(body) {
  const go = (rel) => document.querySelector(`a[rel="${rel}"]`)?.click();
  const forward = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  const back = forward === "ArrowRight" ? "ArrowLeft" : "ArrowRight";
  const pause = () => {
    body.dataset.paused = body.dataset.paused === "true" ? "false" : "true";
  };
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select, button, summary")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const acts = {
      [forward]: () => go("next"),
      PageDown: () => go("next"),
      [back]: () => go("prev"),
      PageUp: () => go("prev"),
      " ": pause,
      b: pause,
      ".": pause,
      f: () => document.documentElement.requestFullscreen?.(),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

if (document.body.classList.contains("hall")) run(document.body);
