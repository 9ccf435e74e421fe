/* Search: a dialog over the index that kbgen/search.py writes. Scripts instead of fetch, so that it works from a disk too. */
(() => {
  "use strict";
  const RUN = /[\u3400-\u9fff]+|[a-z0-9]+/g;
  const MOST = 12;
  const button = document.querySelector("[data-kb-search]");
  const fold = text => text.normalize("NFKC").toLowerCase();
  const normal = text => (fold(text).match(RUN) || []).join("");

  function tokens(text) {
    const found = [];
    for (const run of fold(text).match(RUN) || []) {
      if (run < "\u3400" || run.length === 1) found.push(run);
      else for (let i = 0; i + 1 < run.length; i++) found.push(run.slice(i, i + 2));
    }
    return [...new Set(found)];
  }

  function shard(token, count) {
    let value = 0;
    for (const character of token) value = (value * 31 + character.codePointAt(0)) % 0x80000000;
    return value % count;
  }

  /* Whether two words differ by at most `most` slips: a letter more, less, other, or two swapped. */
  function near(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return false;
    let before = [], row = Array.from({length: b.length + 1}, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      for (let j = 1; j <= b.length; j++) {
        const same = a[i - 1] === b[j - 1] ? 0 : 1;
        let cost = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + same);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2] + 1);
        next.push(cost);
      }
      [before, row] = [row, next];
    }
    return row[b.length] <= most;
  }

  /* How well a query names an entry: exactly, at the start, inside, with a slip; shorter names first. */
  function nameScore(query, names) {
    let best = 0;
    for (const name of names) {
      if (name === query) return 1000;
      const rest = name.length - query.length;
      if (name.startsWith(query)) best = Math.max(best, 700 - rest);
      else if (query.length > 1 && name.includes(query)) best = Math.max(best, 500 - rest);
      else if (query.length > 3 && query < "\u3400" && near(query, name, query.length > 7 ? 2 : 1)) best = Math.max(best, 400);
    }
    return best;
  }

  async function find(text) {
    const query = normal(text);
    if (!query) return [];
    const {entries, names, symbols, shards} = await kb.data("search/names");
    const scores = new Map();
    entries.forEach((_, number) => {
      const score = Math.max(nameScore(query, names[number]), 0.9 * nameScore(query, symbols[number]));
      if (score) scores.set(number, score);
    });
    const words = tokens(text);
    const lists = await Promise.all(words.map(async word => (await kb.data(`search/text-${shard(word, shards)}`))[word]));
    if (lists.every(Boolean)) {
      const ranks = lists.map(list => new Map(list.split(" ").map((number, rank) => [parseInt(number, 36), rank])));
      for (const number of ranks[0].keys()) {
        if (ranks.every(rank => rank.has(number))) {
          const sum = ranks.reduce((total, rank) => total + 100 / (1 + rank.get(number)) / ranks.length, 0);
          scores.set(number, (scores.get(number) || 0) + sum);
        }
      }
    }
    return [...scores].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, MOST).map(([number]) => entries[number]);
  }

  function dialog() {
    const box = document.createElement("dialog");
    box.className = "kb-search";
    box.setAttribute("aria-label", button.getAttribute("aria-label"));
    const input = document.createElement("input");
    Object.entries({
      type: "search", role: "combobox", autocomplete: "off", spellcheck: "false", placeholder: kb.words.placeholder,
      "aria-label": button.getAttribute("aria-label"), "aria-expanded": "false", "aria-controls": "kb-search-hits", "aria-autocomplete": "list",
    }).forEach(([name, value]) => input.setAttribute(name, value));
    const close = document.createElement("button");
    close.type = "button";
    close.className = "kb-search__close";
    close.textContent = kb.words.close;
    const bar = document.createElement("div");
    bar.className = "kb-search__bar";
    bar.append(input, close);
    const hits = document.createElement("ul");
    hits.id = "kb-search-hits";
    hits.setAttribute("role", "listbox");
    hits.setAttribute("aria-label", button.getAttribute("aria-label"));
    const none = document.createElement("p");
    none.className = "kb-search__none";
    none.setAttribute("role", "status");
    box.append(bar, hits, none);
    document.body.append(box);

    let chosen = 0;
    function choose(place) {
      const options = [...hits.children];
      chosen = options.length ? (place + options.length) % options.length : 0;
      options.forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
      if (options[chosen]) {
        input.setAttribute("aria-activedescendant", options[chosen].id);
        options[chosen].scrollIntoView({block: "nearest"});
      } else input.removeAttribute("aria-activedescendant");
    }
    function row([url, name, kind, plain], i) {
      const option = document.createElement("li");
      option.id = `kb-hit-${i}`;
      option.setAttribute("role", "option");
      const link = document.createElement("a");
      link.href = kb.root + url;
      link.tabIndex = -1;
      const parts = [["strong", name], ["small", kind], ["span", plain]].map(([tag, words]) => {
        const part = document.createElement(tag);
        part.textContent = words;
        return part;
      });
      link.append(...parts);
      option.append(link);
      return option;
    }
    let latest = "";
    async function update() {
      const asked = latest = input.value;
      const found = await find(asked);
      if (asked !== latest) return;
      hits.replaceChildren(...found.map(row));
      input.setAttribute("aria-expanded", String(found.length > 0));
      none.textContent = asked.trim() && !found.length ? kb.words.none : "";
      choose(0);
      box.dataset.answered = asked;
    }
    input.addEventListener("input", update);
    input.addEventListener("keydown", event => {
      if (event.isComposing) return;
      const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
      if (step) { event.preventDefault(); choose(chosen + step); }
      if (event.key === "Enter") { event.preventDefault(); hits.children[chosen]?.firstElementChild.click(); }
    });
    close.addEventListener("click", () => box.close());
    box.addEventListener("click", event => { if (event.target === box) box.close(); });
    return {open() { box.showModal(); input.select(); kb.data("search/names").catch(() => {}); }};
  }

  if (button) {
    let opened;
    const open = () => (opened ||= dialog()).open();
    button.addEventListener("click", open);
    document.addEventListener("keydown", event => {
      const typing = event.target.closest("input, textarea, select, [contenteditable]");
      const wanted = event.key === "/" || (event.key === "k" && (event.ctrlKey || event.metaKey));
      if (wanted && !typing && !document.querySelector("dialog[open]")) { event.preventDefault(); open(); }
    });
  }
})();
