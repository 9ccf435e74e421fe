/* The search dialog: a combobox over what assets/modules/find.js finds, with facets that narrow it. Loaded at the first use. */
(() => {
  "use strict";
  const MOST = 20;
  const LEAD = 24;
  const GROUPS = ["kind", "task", "property", "library"];
  const TAG = /(^|\s)#([^\s#]*)(\s?)$/;

  /** An element with attributes and children. @param {string} tag @param {Record<string, any>} [attributes] @param {...(Node|string)} children */
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    Object.entries(attributes).forEach(([name, value]) => value !== null && element.setAttribute(name, value));
    element.append(...children);
    return element;
  }

  const marked = pieces => pieces.map(([text, hit]) => hit ? make("mark", {}, text) : text);
  const language = text => (/[\u3400-\u9fff]/.test(text) ? "zh" : "en");
  const foreign = text => document.documentElement.lang.startsWith(language(text)) ? null : language(text);

  /** The dialog's fixed parts. @param {string} name what the button that opens it is called */
  function frame(name) {
    const input = make("input", {
      type: "search", role: "combobox", autocomplete: "off", autocapitalize: "off", spellcheck: "false", placeholder: kb.words.placeholder,
      "aria-label": name, "aria-expanded": "false", "aria-controls": "kb-search-hits", "aria-autocomplete": "list", enterkeyhint: "go",
    });
    const parts = {
      input,
      close: make("button", {type: "button", class: "kb-search__close", "aria-label": kb.words.close, title: `${kb.words.close} Esc`}, "×"),
      groups: make("div", {class: "kb-search__groups", role: "group", "aria-label": kb.words.filter}),
      panel: make("div", {class: "kb-search__panel", id: "kb-search-panel", role: "group", hidden: ""}),
      chips: make("div", {class: "kb-search__chips"}),
      status: make("p", {class: "kb-search__status", role: "status"}),
      hits: make("div", {class: "kb-search__hits", id: "kb-search-hits", role: "listbox", "aria-label": name}),
      start: make("div", {class: "kb-search__start"}),
    };
    const box = make("dialog", {class: "kb-search", "aria-label": name},
      make("div", {class: "kb-search__bar"}, input, parts.close), parts.groups, parts.panel, parts.chips, parts.status,
      parts.hits, parts.start);
    document.body.append(box);
    return {box, ...parts};
  }

  /** How a hit came about, where its name does not show it. */
  function reason(hit, name) {
    if (hit.facet) return [make("span", {class: "kb-search__via"}, "# ", make("span", {}, hit.facet))];
    if (!hit.via || hit.byText || hit.via === name || hit.via.toLowerCase() === name.toLowerCase() || hit.sort === "sign" || hit.sort === "written") return [];
    const code = hit.sort === "api" || /^[a-z\d]+(_[a-z\d]+)+$/.test(hit.via);
    const shown = make(code ? "code" : "span", {lang: code ? null : foreign(hit.via)}, hit.via);
    return [make("span", {class: "kb-search__via"}, `${code ? kb.words.in_libraries : kb.words.also} `, shown)];
  }

  /** Where a text tells most of what was asked: from the sentence with most marks on. @param {string[]} texts @param {string[]} words */
  function snippet(engine, texts, words) {
    let best = null, most = 0;
    for (const text of texts) {
      const sentences = text.split(/(?<=[。！？])|(?<=[.!?])\s+/);
      sentences.forEach((sentence, i) => {
        const hits = engine.mark(sentence, words).filter(([, hit]) => hit).map(([piece]) => piece.toLowerCase());
        const score = [...new Set(hits)].join("").length;
        if (score > most) [best, most] = [sentences.slice(i).join(language(text) === "zh" ? "" : " "), score];
      });
    }
    const pieces = best && engine.mark(best, words);
    const [lead] = pieces?.[0] || [""];
    if (lead.length > LEAD && !pieces[0][1]) pieces[0][0] = `…${lead.slice(-LEAD).replace(/^[^\s\u3400-\u9fff]*\s/, "")}`;
    return pieces;
  }

  /** @param {HTMLElement} button that opens it @returns {Promise<{open: () => void}>} */
  async function mount(button) {
    const view = frame(button.getAttribute("aria-label"));
    const {box, input, groups, panel, chips, status, hits, start} = view;
    const [engine, plain] = await Promise.all([kb.load("assets/modules/find.js").then(() => kb.start("find")), kb.data("search/plain")]);
    const labels = new Map(engine.facets.map(([key, shown]) => [key, shown]));
    const chosen = new Set();
    let group = null, place = -1, latest = 0;

    function choose(next) {
      const options = [...hits.children];
      place = options.length ? (next + options.length) % options.length : -1;
      options.forEach((option, i) => option.setAttribute("aria-selected", String(i === place)));
      if (options[place]) {
        input.setAttribute("aria-activedescendant", options[place].id);
        options[place].scrollIntoView({block: "nearest"});
      } else input.removeAttribute("aria-activedescendant");
    }

    function option(hit, i, words) {
      const [path, kind] = engine.rows[hit.number], name = engine.names[hit.number];
      const line = make("span", {class: hit.byText ? "kb-search__said" : "kb-search__plain"}, plain[hit.number]);
      if (hit.byText) tell(line, path, words, latest);
      return make("a", {id: `kb-hit-${i}`, role: "option", "aria-selected": "false", href: `${kb.root}${path}.html`, tabindex: "-1"},
        make("strong", {}, ...marked(engine.mark(name, words))), make("small", {}, kind), ...reason(hit, name), line);
    }

    /** Put the sentence that was found in place of the everyday words. */
    async function tell(line, path, words, asked) {
      const found = snippet(engine, await kb.data(`search/said/${path}`).catch(() => []), words);
      if (found && asked === latest) line.replaceChildren(...marked(found));
    }

    const suggestion = ({key, shown}, i) => make("div", {id: `kb-facet-${i}`, role: "option", "aria-selected": "false", class: "kb-search__facet", "data-facet": key},
      make("strong", {}, `# ${shown}`), make("small", {}, kb.words[`group_${key.split(":")[0]}`]), make("span", {class: "kb-search__plain"}, kb.words.narrow));

    function toggle(key, on = !chosen.has(key)) {
      chosen[on ? "add" : "delete"](key);
      update();
    }

    function drawGroups() {
      groups.replaceChildren(...GROUPS.map(name => {
        const own = [...chosen].filter(key => key.startsWith(`${name}:`)).length;
        const element = make("button", {type: "button", "aria-expanded": String(group === name), "aria-controls": "kb-search-panel", "data-group": name},
          kb.words[`group_${name}`], ...(own ? [make("b", {}, String(own))] : []));
        return element;
      }));
    }

    function drawPanel(counts) {
      panel.hidden = !group;
      panel.setAttribute("aria-label", group ? kb.words[`group_${group}`] : kb.words.filter);
      const own = engine.facets.filter(([key]) => group && key.startsWith(`${group}:`) && (counts.get(key) || chosen.has(key)));
      panel.replaceChildren(...own.map(([key, shown]) =>
        make("button", {type: "button", "aria-pressed": String(chosen.has(key)), "data-facet": key}, shown, make("small", {}, String(counts.get(key))))));
    }

    function drawChips() {
      chips.replaceChildren(...[...chosen].map(key =>
        make("button", {type: "button", "data-facet": key, "aria-label": `${kb.words.remove}${document.documentElement.lang === "en" ? ": " : "："}${labels.get(key)}`},
          labels.get(key), make("span", {"aria-hidden": "true"}, "×"))));
    }

    /** Redraw buttons without losing the focus on one of them. */
    function keepingFocus(draw) {
      const focused = box.contains(document.activeElement) && document.activeElement !== input ? document.activeElement : null;
      const selector = focused?.dataset.facet ? `[data-facet="${focused.dataset.facet}"]` : focused?.dataset.group ? `[data-group="${focused.dataset.group}"]` : null;
      const home = focused?.parentElement;
      draw();
      if (selector) (home.querySelector(selector) || input).focus();
    }

    function report(text, found, near) {
      if (!text.trim() && !chosen.size) return "";
      if (found) return found === 1 ? kb.words.found_one : kb.words.found.replace("#", String(found));
      if (chosen.size) return kb.words.nothing_left;
      return near ? kb.words.nearest : kb.words.none;
    }

    async function update() {
      const asked = ++latest, typed = input.value, tag = typed.match(TAG);
      const wanted = tag ? engine.facetsFor(tag[2]) : [];
      if (tag?.[3] && wanted[0]?.rank === 0) { accept(wanted[0].key); return; }
      const text = tag ? typed.replace(TAG, "") : typed;
      const {hits: found, counts} = await engine.ask(text, [...chosen]);
      if (asked !== latest) return;
      const near = !found.length && !chosen.size && !wanted.length ? engine.nearest(text) : [];
      const shown = (found.length ? found : near).slice(0, text.trim() ? MOST : undefined);
      const words = engine.words(text);
      hits.replaceChildren(...wanted.slice(0, 6).map(suggestion), ...shown.map((hit, i) => option(hit, i, words)));
      hits.hidden = !hits.children.length;
      start.hidden = !hits.hidden || Boolean(text.trim()) || chosen.size > 0;
      input.setAttribute("aria-expanded", String(!hits.hidden));
      status.textContent = report(text, found.length, near.length);
      keepingFocus(() => { drawGroups(); drawPanel(counts); drawChips(); });
      choose(0);
      box.dataset.answered = typed;
    }

    /** Take a facet that was typed after #. */
    function accept(key) {
      input.value = input.value.replace(TAG, "$1");
      toggle(key, true);
    }

    function keys(event) {
      if (event.isComposing) return;
      const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
      if (step) { event.preventDefault(); choose(place + step); }
      if (event.key === "Backspace" && !input.value && chosen.size) toggle([...chosen].pop());
      if (event.key === "Enter") {
        event.preventDefault();
        const option = hits.children[place];
        if (option?.dataset.facet) accept(option.dataset.facet); else option?.click();
      }
    }

    /** A switch for the single key that opens this dialog. */
    function slash() {
      const box = make("input", {type: "checkbox"});
      try { box.checked = localStorage.getItem("kb-slash") !== "off"; } catch { return ""; }
      box.addEventListener("change", () => localStorage.setItem("kb-slash", box.checked ? "on" : "off"));
      return make("label", {class: "kb-search__slash"}, box, kb.words.slash);
    }

    function welcome() {
      const pages = engine.rows.map(([path], number) => [path, engine.names[number]]).filter(([path]) => path === "index" || /^(?:indexes|tools)\/|\/index$/.test(path));
      start.append(make("p", {}, kb.words.hint), make("h2", {}, kb.words.start_here),
        make("ul", {}, ...pages.map(([path, name]) => make("li", {}, make("a", {href: `${kb.root}${path}.html`}, name)))), slash());
    }

    welcome();
    input.addEventListener("input", update);
    input.addEventListener("keydown", keys);
    groups.addEventListener("click", event => {
      const name = event.target.closest("button")?.dataset.group;
      if (name) { group = group === name ? null : name; update(); }
    });
    [panel, chips].forEach(part => part.addEventListener("click", event => {
      const key = event.target.closest("button")?.dataset.facet;
      if (key) toggle(key);
    }));
    hits.addEventListener("click", event => {
      const key = event.target.closest("[data-facet]")?.dataset.facet;
      if (key) { accept(key); input.focus(); }
    });
    view.close.addEventListener("click", () => box.close());
    box.addEventListener("click", event => { if (event.target === box) box.close(); });
    await update();
    return {open() { box.showModal(); input.focus(); input.select(); }};
  }

  kb.feature("search", mount);
})();
