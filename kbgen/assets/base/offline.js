/* Reading offline: the worker of the site (sw.js) keeps what was visited, the module "offline" keeps everything on demand.
   Nothing of this happens on pages from a disk or in a preview. */
(() => {
  "use strict";
  const workers = navigator.serviceWorker;
  if (!kb.version || !workers) return;

  /** The first page was read before the worker came: it asks for itself once more, out of the browser's own cache. */
  function keepThisPage() {
    const parts = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map(part => part.href || part.src);
    [location.href, ...parts].forEach(url => fetch(url, {cache: "force-cache"}).catch(() => {}));
  }

  /** A line at the foot of the window: the pages that come now are newer than this one. */
  function tellOfNewer() {
    const line = document.createElement("div");
    line.className = "kb-newer";
    line.setAttribute("role", "status");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = kb.words.reload;
    button.addEventListener("click", () => location.reload());
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", kb.words.close);
    close.addEventListener("click", () => line.remove());
    document.body.append(line);
    line.append(kb.words.newer, button, close);
  }

  /** The button in the footer gets its words when a reader comes near. @param {HTMLElement} box */
  function offer(box) {
    new IntersectionObserver((seen, near) => {
      if (!seen.some(entry => entry.isIntersecting)) return;
      near.disconnect();
      kb.start("offline", box).catch(() => {});
    }, {rootMargin: "200px"}).observe(box);
  }

  let told = false;
  workers.addEventListener("message", ({data}) => {
    if (told || !data.version || data.version === kb.version) return;
    told = true;
    tellOfNewer();
  });
  addEventListener("load", async () => {
    const first = !workers.controller;
    try {
      await workers.register(`${kb.site}sw.js`, {scope: kb.site, updateViaCache: "none"});
      await workers.ready;
    } catch { return; }
    if (first) workers.controller ? keepThisPage() : workers.addEventListener("controllerchange", keepThisPage, {once: true});
    const box = document.querySelector("[data-kb-save]");
    if (box) offer(box);
  });
})();
