/* What all scripts share: the words of the page's language, loading, and features that start when they come into view.

   Everything is loaded by <script>, never fetched, so that it works from a disk. A data file calls kb.give(name, content), a module
   calls kb.feature(name, mount). kb.words is written in front of this file when the site is built. */
const kb = (() => {
  "use strict";
  /** Address of the root of this language's pages, with a slash at the end. */
  const root = new URL("..", document.currentScript.src).href;
  /** The folder that holds both languages, and the version of this page; none where the site is not published, as in a preview. */
  const manifest = new URL(document.querySelector("link[rel=manifest]")?.href || root);
  const site = new URL(".", manifest).href;
  const version = manifest.searchParams.get("v");
  const given = new Map();
  const features = new Map();
  const waiting = new Map();

  /** Run a script of the site once. @param {string} path from the root @returns {Promise<void>} */
  function load(path) {
    if (!waiting.has(path)) {
      waiting.set(path, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = root + path + (version ? `?v=${version}` : "");
        script.onload = () => resolve();
        script.onerror = () => { waiting.delete(path); reject(new Error(`${path} did not load`)); };
        document.head.append(script);
      }));
    }
    return waiting.get(path);
  }

  /** The content of a data file. @param {string} name its path from assets/, without .js @returns {Promise<any>} */
  async function data(name) {
    if (!given.has(name)) await load(`assets/${name}.js`);
    return given.get(name);
  }

  /** Start a feature on an element. @param {string} name of a module @param {HTMLElement} element @param {any} [content] its data */
  async function start(name, element, content) {
    await load(`assets/modules/${name}.js`);
    return features.get(name)(element, content);
  }

  /** What comes after this is a task of its own: the browser may paint or answer in between. @returns {Promise<void>} */
  const pause = () => new Promise(resolve => setTimeout(resolve));

  /** Pictures that can be played with wait until a reader is near; if anything fails, the picture stays. */
  function watch() {
    const near = new IntersectionObserver(seen => seen.filter(entry => entry.isIntersecting).forEach(({target}) => {
      near.unobserve(target);
      const [kind, stem] = target.dataset.kbPlay.split(":");
      data(`play/${stem}.${kind}`).then(content => start(kind, target, content)).catch(() => target.removeAttribute("data-kb-play"));
    }), {rootMargin: "300px"});
    document.querySelectorAll("[data-kb-play]").forEach(figure => near.observe(figure));
  }

  /** Pages with a module of their own, named in their head. */
  function page() {
    const name = document.querySelector("meta[name=kb-module]")?.content;
    const article = document.querySelector("article");
    if (name && article) start(name, article).catch(() => { delete document.documentElement.dataset.kbHeld; });
  }

  document.addEventListener("DOMContentLoaded", () => { watch(); page(); });
  return {
    root, site, version, load, data, start, pause,
    words: window.kbWords,
    give: (name, content) => given.set(name, content),
    feature: (name, mount) => features.set(name, mount),
  };
})();
