/* Terms with a definition. kbgen/marking.py marks them and writes what they mean into a template at the end of the page; here the marks
   become buttons. The cards come from the module `define`, which loads when a reader first points at a term or a link. */
(() => {
  "use strict";
  const definitions = document.querySelector("template.kb-terms");
  const article = document.querySelector("article");
  if (!definitions || !article) return;
  const marks = article.querySelectorAll(".kb-term");
  const events = ["pointerover", "focusin", "click"];
  const button = {role: "button", tabindex: "0", "aria-expanded": "false"};
  let latest;

  /** Load the module, and let it answer the event that came last. @param {Event} event */
  function wake(event) {
    if (!event.target.closest(".kb-term, a[href]")) return;
    if (!latest) kb.start("define", article, {definitions, latest: () => latest}).catch(plain).finally(rest);
    latest = event;
  }

  function rest() { events.forEach(type => article.removeEventListener(type, wake)); }

  /** Without cards a term is a word like any other. */
  function plain() { marks.forEach(mark => Object.keys(button).forEach(name => mark.removeAttribute(name))); }

  marks.forEach(mark => Object.entries(button).forEach(([name, value]) => mark.setAttribute(name, value)));
  events.forEach(type => article.addEventListener(type, wake));
})();
