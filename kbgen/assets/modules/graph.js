/* The picture of an entry among its neighbours: pointing at one, or reaching it by Tab, says in words what ties the two, and lights
   up what it is tied to. Names are links without this script too. Also gives the map of all entries its words (graph/words). */
(() => {
  "use strict";

  /** An element with words. @param {string} tag @param {string} [name] its class @param {string} [words] @returns {HTMLElement} */
  function element(tag, name = "", words = "") {
    const made = document.createElement(tag);
    if (name) made.className = name;
    made.textContent = words;
    return made;
  }

  /** A link to an entry. @param {string} path from the root, without ending @param {string} name */
  function link(path, name) {
    const made = /** @type {HTMLAnchorElement} */ (element("a", "", name));
    made.href = `${kb.root}${path}.html`;
    return made;
  }

  /** What kind of tie it is. @param {string} kind */
  const mark = kind => element("span", `kb-graph__kind kb-graph__kind--${kind}`, kb.words[`graph_${kind}`]);

  /** Why two entries are tied, one reason per line. @param {string[]} reasons HTML that kbgen wrote */
  function list(reasons) {
    const made = element("ul");
    made.append(...reasons.map(reason => {
      const line = element("li");
      line.innerHTML = reason;
      return line;
    }));
    return made;
  }

  kb.give("graph/words", {element, link, mark, list});

  /** The words beside the picture. @param {HTMLElement} figure @param {any[]} ties @returns {(key: string) => void} says what ties the entry to a neighbour */
  function words(figure, ties) {
    const byKey = new Map(ties.map(tie => [tie[0], tie]));
    const panel = element("div", "kb-graph__words");
    const touch = matchMedia("(hover: none)").matches;
    panel.setAttribute("role", "status");
    panel.tabIndex = 0; // long words scroll
    panel.append(element("p", "kb-graph__hint", touch ? kb.words.graph_touch : kb.words.graph_hint));
    figure.append(panel);
    return key => {
      const [path, name, kind, reasons] = byKey.get(key);
      const head = element("p", "kb-graph__name");
      head.append(link(path, name), mark(kind));
      panel.replaceChildren(head, list(reasons));
      panel.scrollTop = 0;
    };
  }

  /** Light up a neighbour, its lines, and who stands at their other ends. @param {SVGElement} svg @param {string} key, or "" for nobody */
  function light(svg, key) {
    const near = new Set([key]);
    svg.toggleAttribute("data-kb-lit", key !== "");
    svg.querySelectorAll("path[data-to]").forEach(({dataset, classList}) => {
      const touches = dataset.to === key || dataset.from === key;
      classList.toggle("kb-lit", touches);
      if (touches && dataset.from) near.add(dataset.from).add(dataset.to);
    });
    svg.querySelectorAll("a").forEach(({dataset, classList}) => classList.toggle("kb-lit", near.has(dataset.key)));
  }

  kb.feature("graph", (figure, {ties}) => {
    const svg = figure.querySelector("svg");
    const say = words(figure, ties);
    const keyOf = event => event.target.closest?.("a[data-key]")?.dataset.key || "";
    let shown = "";
    let ready = true; // whether a tap follows the link: the first one only shows the words

    function choose(key) {
      if (!key || key === shown) return;
      shown = key;
      light(svg, key);
      say(key);
    }

    svg.addEventListener("pointerover", event => { if (event.pointerType === "mouse") choose(keyOf(event)); });
    figure.addEventListener("focusin", event => choose(keyOf(event))); // not on the svg: one that listens takes the focus itself
    svg.addEventListener("pointerdown", event => {
      ready = event.pointerType === "mouse" || keyOf(event) === shown;
      choose(keyOf(event));
    });
    svg.addEventListener("click", event => { if (!ready && event.detail) event.preventDefault(); });
    figure.addEventListener("pointerleave", event => {
      if (event.pointerType === "mouse" && !svg.contains(document.activeElement)) { light(svg, ""); shown = ""; }
    });
  });
})();
