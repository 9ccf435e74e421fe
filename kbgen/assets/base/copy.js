/* Code can be copied. The button comes when its listing is first seen: most listings stay folded. */
(() => {
  "use strict";
  const SAID = 2000; // milliseconds

  /** @param {HTMLElement} listing */
  function addButton(listing) {
    const code = listing.querySelector("code");
    const [box, said, button] = ["div", "output", "button"].map(tag => document.createElement(tag));
    box.className = "md-code__nav";
    said.className = "kb-copied";
    button.className = "md-code__button";
    button.dataset.mdType = "copy";
    button.title = kb.words.copy;
    button.setAttribute("aria-label", kb.words.copy);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        said.textContent = kb.words.copied;
        setTimeout(() => { said.textContent = ""; }, SAID);
      } catch {
        getSelection().selectAllChildren(code); /* the browser refuses: the reader can */
      }
    });
    box.append(said, button);
    listing.prepend(box);
  }

  const seen = new IntersectionObserver(found => found.filter(({isIntersecting}) => isIntersecting).forEach(({target}) => {
    seen.unobserve(target);
    addButton(target);
  }));
  document.querySelectorAll(".md-typeset pre:has(> code)").forEach(listing => seen.observe(listing));
})();
