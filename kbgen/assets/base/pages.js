/* Small comforts of the reading page; everything is readable without them. */
(() => {
  "use strict";
  /* Copying a formula gives its TeX instead of one sign per line; what stands in parts on the screen is one formula again
     ({} before a sign says that it stands between two sides). */
  const texOf = part => [...part.querySelectorAll("annotation")].map(tex => tex.textContent.replace(/^\{\}/, "")).join(" ");
  document.addEventListener("copy", event => {
    const selection = getSelection();
    if (!selection.rangeCount || event.target.closest?.("input, textarea")) return;
    const part = selection.getRangeAt(0).cloneContents();
    const formulas = part.querySelectorAll("math");
    if (!formulas.length) return;
    part.querySelectorAll(":is(.kb-math--parts, .kb-math--lines > div):has(annotation)").forEach(line => {
      line.textContent = `$$${[...line.children].map(texOf).join(" \\quad ")}$$`;
    });
    part.querySelectorAll("math:has(annotation)").forEach(formula => {
      formula.replaceWith(formula.getAttribute("display") === "block" ? `$$${texOf(formula)}$$` : `$${texOf(formula)}$`);
    });
    event.clipboardData.setData("text/plain", part.textContent);
    event.preventDefault();
  });
  /* Paper has no folds: they open for printing and close again. */
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach(fold => { fold.open = true; });
  });
  addEventListener("afterprint", () => folded.forEach(fold => { fold.open = false; }));
  /* Tables wider than the screen scroll inside themselves, with the keyboard too; in a fold they have a width when it opens. */
  const reachable = new ResizeObserver(seen => seen.forEach(({target: box}) => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }));
  document.querySelectorAll(".md-typeset__scrollwrap, .md-typeset pre > code").forEach(box => reachable.observe(box));
  /* A link to a place in a fold opens the fold. */
  function unfold() {
    const place = document.querySelector(":target");
    const folds = [...document.querySelectorAll("details:not([open])")].filter(fold => fold.contains(place));
    folds.forEach(fold => { fold.open = true; });
    if (folds.length) place.scrollIntoView();
  }
  addEventListener("hashchange", unfold);
  unfold();
})();
