/* The lower pieces of a page are laid out when the browser has nothing else to do, a few at a time (see later.css), and all at once at
   the first sign of a reader: nothing has a guessed height while somebody moves about. A visit that begins at a place of the page puts
   nothing off (theme/partials/javascripts/palette.html). */
(() => {
  "use strict";
  const PIECES = ".md-content__inner > *, .md-content__inner > .md-typeset__scrollwrap tr"; // the row of a table is a card on a phone
  const NEVER_LATE = 8; // pieces, as later.css counts; one that a script moves down stays as it is
  const ENOUGH = 10; // milliseconds of one go; what is painted after it comes on top
  const SIGNS = ["pointermove", "pointerdown", "touchstart", "click", "wheel", "keydown", "focusin", "scroll"];
  const pieces = /** @type {HTMLElement[]} */ ("kbLater" in document.body.dataset ? [...document.querySelectorAll(PIECES)] : []);
  const whenIdle = window.requestIdleCallback ?? (work => setTimeout(work, 20));

  /** @param {number} count of pieces, from the top */
  function lay(count) {
    pieces.splice(0, count).forEach(({dataset}) => { dataset.kbLaid = ""; });
  }

  /** A few pieces, measured here: laid out in the frame that paints them they would make one long task of both. */
  function layOn() {
    const end = performance.now() + ENOUGH;
    do {
      lay(1);
      document.body.offsetHeight;
    } while (pieces.length && performance.now() < end);
    if (pieces.length) whenIdle(layOn);
  }

  /** All that is left; what is seen stays where it is. @param {Event} sign */
  function layAll(sign) {
    if (!pieces.length || (sign instanceof PointerEvent && sign.type === "pointermove" && !sign.movementX && !sign.movementY)) return; // a page that comes up under a mouse is told of a move
    const seen = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
    const before = seen?.getBoundingClientRect().top;
    lay(pieces.length);
    if (seen) scrollBy({top: seen.getBoundingClientRect().top - before, behavior: "instant"});
  }

  clearTimeout(+document.body.dataset.kbLater); // from here on nothing can be forgotten
  lay(NEVER_LATE);
  addEventListener("load", () => whenIdle(layOn));
  SIGNS.forEach(sign => addEventListener(sign, layAll, {capture: true, passive: true}));
})();
