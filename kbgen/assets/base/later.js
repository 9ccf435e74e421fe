/* The lower pieces of a page are laid out when the browser has nothing else to do, a few at a time: see later.css. Who follows a link
   to a place on the page waits for all of them, or the place would move; a visit that begins at a place never puts them off
   (theme/partials/javascripts/palette.html). The first eight pieces are never put off, here as there. */
(() => {
  "use strict";
  const AT_ONCE = 2;
  const pieces = "kbLater" in document.body.dataset ? [...document.querySelectorAll(".md-content__inner > :nth-child(n + 9)")] : [];
  const whenIdle = window.requestIdleCallback ?? (work => setTimeout(work, 20));

  /** @param {number} count of pieces, from the top */
  function lay(count) {
    pieces.splice(0, count).forEach(piece => piece.classList.add("kb-laid"));
  }

  function layOn() {
    lay(AT_ONCE);
    if (pieces.length) whenIdle(layOn);
  }

  addEventListener("load", () => whenIdle(layOn));
  addEventListener("click", ({target}) => {
    if (target instanceof Element && target.closest("a[href*='#']")) lay(pieces.length);
  }, {capture: true});
})();
