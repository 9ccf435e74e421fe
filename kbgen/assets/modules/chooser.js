/* The chooser: one question at a time. The questions, answers and reasons are those of the lists on the page; kbgen/chooser.py adds the
   keys that stand in the address, such as #binary/rare/misses. The lists stay at the foot of the page, folded. */
(() => {
  "use strict";
  const words = kb.words;

  /** @typedef {{key: string, words: Node[], ask?: string, answers?: Step[], items?: Element[], ids?: string[]}} Step */

  /** @param {string} tag @param {Object<string, any>} [given] properties @param {...(Node|string)} inside @returns {HTMLElement} */
  function make(tag, given = {}, ...inside) {
    const made = Object.assign(document.createElement(tag), given);
    made.append(...inside);
    return made;
  }

  const copies = nodes => nodes.map(node => node.cloneNode(true));

  /** What stands in an item before the question or the list inside it; the dash between goes. @returns {Node[]} */
  function lead(item) {
    const nodes = [...item.childNodes];
    const end = nodes.findIndex(({nodeName}) => nodeName === "EM" || nodeName === "UL");
    const own = copies(nodes.slice(0, end < 0 ? nodes.length : end).filter(node => !node.classList?.contains("headerlink")));
    const last = own.at(-1);
    if (last?.nodeType === Node.TEXT_NODE) last.data = last.data.replace(/[\s—]+$/, "");
    return own;
  }

  /** An answer, its words in `title`, what follows it in `box`. @returns {Step} */
  function step([key, inner], title, box) {
    const items = [...box.querySelector(":scope > ul").children];
    const ids = inner.try;
    if (items.length !== (ids || inner).length) throw new Error(`the lists of the page do not fit the keys at ${key}`);
    if (ids) return {key, words: lead(title), items, ids};
    const ask = box.querySelector(":scope > em, :scope > p > em").textContent;
    return {key, words: lead(title), ask, answers: items.map((item, i) => step(inner[i], item, item))};
  }

  /** The whole tree: each heading, with what follows it, is an answer to the first question. @returns {Step} */
  function tree(article, ask, keys) {
    const headings = [...article.querySelectorAll("h2")];
    if (headings.length !== keys.length) throw new Error("the headings of the page do not fit the keys");
    const answers = headings.map((heading, i) => {
      const box = document.createElement("div");
      for (let next = heading.nextElementSibling; next && next.tagName !== "H2"; next = next.nextElementSibling) box.append(next.cloneNode(true));
      return step(keys[i], heading, box);
    });
    return {key: "", words: [], ask, answers};
  }

  /** The steps that an address leads through, as far as there are such. @param {Step} root @param {string} text @returns {Step[]} */
  function walk(root, text) {
    const steps = [root];
    for (const key of text.split("/").filter(Boolean)) {
      const next = steps.at(-1).answers?.find(answer => answer.key === key);
      if (!next) break;
      steps.push(next);
    }
    return steps;
  }

  const address = steps => `#${steps.slice(1).map(({key}) => key).join("/")}`;

  /** The answers given so far. Each leads back to what followed it; the last one is where the reader stands. */
  function crumbs(steps) {
    const links = steps.map((given, i) => make("a", {href: address(steps.slice(0, i + 1))}, ...(i ? copies(given.words) : [words.choose_start])));
    links.at(-1).setAttribute("aria-current", "step");
    const items = links.map(link => make("li", {}, link));
    const path = make("nav", {className: "kb-chooser__path"}, make("ol", {className: "kb-list"}, ...items));
    path.setAttribute("aria-label", words.choose_path);
    return path;
  }

  /** The answers to a question are links: they can be opened, shared and gone back from like any page. */
  function answerList(steps) {
    const items = steps.at(-1).answers.map(answer =>
      make("li", {}, make("a", {href: address([...steps, answer])}, make("span", {}, ...copies(answer.words)))));
    return make("ul", {className: "kb-list kb-chooser__answers"}, ...items);
  }

  /** One candidate: its name, the reason, a picture, and what it is in everyday words. */
  function card(item, id, first, bare) {
    const link = item.querySelector("a");
    const nodes = [...item.childNodes];
    const reason = copies(nodes.slice(nodes.indexOf(link) + 1));
    reason[0].data = reason[0].data.replace(/^[：:]\s*/, "");
    const name = make("h3", {}, make("a", {href: link.href}, link.textContent));
    if (first) name.append(make("span", {className: "kb-chooser__first"}, words.choose_first));
    const made = make("li", {className: "kb-chooser__card"}, name, make("p", {className: "kb-chooser__why"}, ...reason));
    if (!bare) made.append(make("div", {className: "kb-chooser__curve"}));
    made.append(make("p", {className: "kb-chooser__plain"}));
    kb.data(`compare/${id}`).then(facts => fill(made, facts)).catch(() => {});
    return made;
  }

  /** What comes later than the card itself. */
  function fill(made, {name, cells, curve, alt}) {
    made.querySelector(".kb-chooser__plain").innerHTML = cells.plain.replace(/^<p>|<\/p>$/g, "");
    const box = made.querySelector(".kb-chooser__curve");
    if (!box || !curve) return;
    const line = curve.lines[Math.floor((curve.lines.length - 1) / 2)];
    const both = [["value", "ℓ", 1], ["slope", "ℓ′", 2]].map(([what, sign, colour]) => ({data: line[what], range: curve.range, colour, name: sign}));
    const about = `${words.curve_of.replace("{name}", name)} ${alt}`;
    kb.start("sketch", box, {lines: both, window: curve.range, x: curve.x, title: line.label, alt: about}).catch(() => {});
  }

  /** The losses at the end of a way, and a link that sets them side by side. */
  function cards(steps, bare) {
    const {items, ids} = steps.at(-1);
    const list = make("ol", {className: "kb-list kb-chooser__cards"}, ...items.map((item, i) => card(item, ids[i], !i, bare.includes(ids[i]))));
    const beside = make("p", {}, make("a", {href: `compare.html#${ids.join(",")}`, className: "kb-chooser__beside"}, words.choose_compare));
    return ids.length > 1 ? [list, beside] : [list];
  }

  /** Everything behind the introduction, folded away. @returns {HTMLElement} the introduction */
  function fold(article) {
    const intro = article.querySelector("h1 + p");
    const folded = make("details", {className: "kb-chooser__all"}, make("summary", {}, words.choose_all));
    while (intro.nextSibling) folded.append(intro.nextSibling);
    intro.after(folded);
    return intro;
  }

  /** The parts of the panel; only their content changes from step to step. */
  function panel() {
    const parts = {
      path: make("div"),
      status: make("p", {className: "kb-chooser__status"}),
      title: make("h2", {className: "kb-chooser__ask", tabIndex: -1}),
      body: make("div"),
      back: make("a", {className: "kb-chooser__back"}, `← ${words.choose_back}`),
    };
    parts.status.setAttribute("role", "status");
    return {...parts, whole: make("section", {className: "kb-chooser"}, ...Object.values(parts))};
  }

  /** Show the last of some steps. */
  function show({path, status, title, body, back}, steps, bare) {
    const here = steps.at(-1);
    path.replaceChildren(...(steps.length > 1 ? [crumbs(steps)] : []));
    title.textContent = here.answers ? here.ask : words.choose_found;
    status.textContent = here.answers ? words.choose_step.replace("{n}", steps.length) : words.choose_count.replace("{n}", here.ids.length);
    body.replaceChildren(...(here.answers ? [answerList(steps)] : cards(steps, bare)));
    back.hidden = steps.length < 2;
    back.href = address(steps.slice(0, -1));
  }

  kb.feature("chooser", async article => {
    const {ask, keys, bare} = await kb.data("chooser");
    const root = tree(article, ask, keys);
    const parts = panel();
    const update = () => show(parts, walk(root, decodeURIComponent(location.hash.slice(1))), bare);
    update();
    fold(article).after(parts.whole);
    article.classList.add("kb-ready");
    addEventListener("hashchange", () => {
      update();
      parts.title.focus({preventScroll: true});
      if (parts.whole.getBoundingClientRect().top < 0) parts.whole.scrollIntoView({block: "start"});
    });
  });
})();
