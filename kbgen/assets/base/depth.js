/* Which definitions are shown: everyday words, the exact ones, or both. The choice is kept for the whole site; theme/main.html reads it
   before the first paint, assets/css/define.css hides what is not wanted. */
(() => {
  "use strict";
  const DEPTHS = ["both", "plain", "exact"];
  const page = document.documentElement;
  const choice = document.querySelector("[data-kb-depths]");
  if (!choice) return;

  /** What was chosen last; a browser may refuse to remember. @returns {string} */
  function kept() {
    try { return localStorage.getItem("kb-depth"); } catch { return page.dataset.kbDepth; }
  }

  /** @param {string | null} depth */
  function show(depth) {
    choice.value = page.dataset.kbDepth = DEPTHS.includes(depth) ? depth : "both";
  }

  /** @param {string} depth */
  function choose(depth) {
    show(depth);
    try { localStorage.setItem("kb-depth", depth); } catch { /* it holds for this page */ }
  }

  /** Say what a key has changed: the list that shows it is not where the reader is. */
  function announce() {
    let status = document.querySelector(".kb-depth [role=status]");
    if (!status) {
      status = document.createElement("span");
      status.className = "kb-depth__status";
      status.setAttribute("role", "status");
      choice.parentElement.append(status);
    }
    status.textContent = choice.selectedOptions[0].textContent;
  }

  choice.addEventListener("change", () => choose(choice.value));
  document.addEventListener("keydown", event => {
    if (!(event.altKey && event.shiftKey && event.code === "KeyD") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    choose(DEPTHS[(DEPTHS.indexOf(choice.value) + 1) % DEPTHS.length]);
    announce();
  });
  addEventListener("storage", event => { if (event.key === "kb-depth") show(event.newValue); });
  addEventListener("pageshow", () => show(kept())); // also a page that comes back from the history
  show(page.dataset.kbDepth);
})();
