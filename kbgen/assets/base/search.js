/* The search button and its keys. The dialog itself, assets/modules/search.js, loads when a reader reaches for it. */
(() => {
  "use strict";
  const button = document.querySelector("[data-kb-search]");
  if (!button) return;
  let dialog;
  /** Load the dialog; after a failure the next call tries again. */
  const ready = () => (dialog ||= kb.start("search", button).catch(() => { dialog = null; }));
  const open = () => ready().then(loaded => loaded?.open());
  ["pointerenter", "focus"].forEach(name => button.addEventListener(name, ready, {once: true}));
  button.addEventListener("click", open);
  /** Whether a reader has asked that the single key does nothing: it gets in the way of those who speak to their browser. */
  const silent = () => { try { return localStorage.getItem("kb-slash") === "off"; } catch { return false; } };
  document.addEventListener("keydown", event => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const wanted = (event.key === "/" && !silent()) || (event.key === "k" && (event.ctrlKey || event.metaKey));
    if (wanted && !typing && !document.querySelector("dialog[open]")) { event.preventDefault(); open(); }
  });
})();
