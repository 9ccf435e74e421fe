/* What the theme lacks for keyboards and screen readers. Without this script the pages work by mouse and touch as the theme has them. */
(() => {
  "use strict";
  const drawer = document.getElementById("__drawer");
  const opener = document.querySelector(".md-header label[for=__drawer]");

  /** Open or close the menu as a tap on its label does. @param {boolean} open */
  function slide(open) {
    drawer.checked = open;
    drawer.dispatchEvent(new Event("change", {bubbles: true}));
    if (open) document.querySelector(".md-sidebar--primary a.md-nav__link")?.focus();
    else opener.focus();
  }

  /** The menu of small screens opens by a label, which no key reaches: it becomes a button. */
  function menuByKeyboard() {
    const tell = () => opener.setAttribute("aria-expanded", String(drawer.checked));
    Object.entries({role: "button", tabindex: "0", "aria-label": kb.words.menu}).forEach(([name, value]) => opener.setAttribute(name, value));
    tell();
    drawer.addEventListener("change", tell);
    opener.addEventListener("keydown", event => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); slide(!drawer.checked); }
    });
    document.addEventListener("keydown", event => {
      if (event.key === "Escape" && drawer.checked) slide(false);
    });
  }

  if (drawer && opener) menuByKeyboard();
})();
