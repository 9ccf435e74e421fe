/* Light or dark, in the words of the theme: `default` or `slate`. It is what the system says until a reader chooses; the choice is
   kept for the whole site. theme/partials/javascripts/palette.html reads it before the first paint. */
(() => {
  "use strict";
  const OTHER = {default: "slate", slate: "default"};
  const button = /** @type {HTMLElement | null} */ (document.querySelector(".kb-scheme"));
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const frames = /** @type {HTMLMetaElement[]} */ ([...document.querySelectorAll("meta[name=theme-color]")]); /* of the browser */
  const colours = {default: frames[0]?.content, slate: frames[1]?.content};
  if (!button) return;

  /** What was chosen last; a browser may refuse to remember. @returns {string | null} */
  function kept() {
    try { return localStorage.getItem("kb-scheme"); } catch { return document.body.dataset.mdColorScheme; }
  }

  /** @param {string | null} scheme */
  function show(scheme) {
    const shown = scheme in OTHER ? scheme : dark.matches ? "slate" : "default";
    if (document.body.dataset.mdColorScheme !== shown) document.body.dataset.mdColorScheme = shown; /* a change is dear */
    frames.forEach(frame => { frame.content = colours[shown]; });
    button.title = button.dataset[shown];
    button.setAttribute("aria-label", button.title);
  }

  button.addEventListener("click", () => {
    const chosen = OTHER[document.body.dataset.mdColorScheme];
    try { localStorage.setItem("kb-scheme", chosen); } catch { /* it holds for this page */ }
    show(chosen);
  });
  dark.addEventListener("change", () => show(kept()));
  addEventListener("storage", event => { if (event.key === "kb-scheme") show(event.newValue); });
  addEventListener("pageshow", () => show(kept())); // also a page that comes back from the history
  show(document.body.dataset.mdColorScheme);
})();
