/* Flash cards: one card at a time, by deck and direction. kbgen/flash.py writes the decks, with their formulas drawn; what a reader knows is
   kept on the device under the ids of the entries, so that all decks and both languages share it. */
(() => {
  "use strict";
  const KEPT = "kb-flash";
  const WAYS = ["name", "meaning", "zh", "en"];

  /** @typedef {{path: string, id: string, zh: string, en: string, plain: string, exact: string, formula: string, example: string}} Card */
  /** @typedef {{known: Object<string, boolean>, deck: string, way: string, only: boolean, shuffle: boolean}} Kept */

  /** @param {string} tag @param {Object<string, any>} [given] properties @param {...(Node|string)} inside @returns {HTMLElement} */
  function make(tag, given = {}, ...inside) {
    const made = Object.assign(document.createElement(tag), given);
    made.append(...inside);
    return made;
  }

  const button = (className, words, act) => make("button", {type: "button", className, onclick: act}, words);

  /** What was kept last time; nothing where a browser keeps nothing, or where something else stands. @returns {Kept} */
  function kept() {
    const fresh = {known: {}, deck: "", way: "name", only: false, shuffle: false};
    try {
      const found = {...fresh, ...JSON.parse(localStorage.getItem(KEPT))};
      return {...found, known: Object(found.known) === found.known ? found.known : {}};
    } catch { return fresh; }
  }

  /** @param {Kept} state @returns {boolean} whether the browser keeps it */
  function keep(state) {
    try { localStorage.setItem(KEPT, JSON.stringify(state)); return true; } catch { return false; }
  }

  /** The cards of a deck. @param {string} deck @returns {Promise<Card[]>} */
  async function cardsOf(deck) {
    const rows = await kb.data(`flash/${deck}`);
    return rows.map(([path, zh, en, plain, exact, formula, example]) =>
      ({path, id: path.split("/")[1], zh, en, plain, exact, formula, example}));
  }

  /** @template T @param {T[]} items @returns {T[]} the same in another order */
  function shuffled(items) {
    const mixed = [...items];
    for (let i = mixed.length - 1; i > 0; i--) {
      const j = Math.floor(Math.random() * (i + 1));
      [mixed[i], mixed[j]] = [mixed[j], mixed[i]];
    }
    return mixed;
  }

  /** A name with its language, and how long it is, for the style. */
  function name(card, language) {
    const made = make("p", {className: "kb-flash__name", lang: language}, card[language]);
    made.classList.toggle("kb-flash__name--long", card[language].length > (language === "zh" ? 9 : 20));
    return made;
  }

  /** Everyday words; where they name the entry itself, a blank if the name is asked for. */
  function meaning(card, words, asked) {
    const made = make("p", {className: "kb-flash__plain", innerHTML: card.plain});
    made.querySelectorAll("i").forEach(own => own.replaceWith(
      ...(asked ? [make("span", {className: "kb-flash__blank"}, make("span", {}, words.blank))] : own.childNodes)));
    return made;
  }

  /** What is asked. @param {Card} card @param {string} way @returns {HTMLElement} */
  function question(card, way, {words, language}) {
    return way === "meaning" ? meaning(card, words, true) : name(card, way === "name" ? language : way);
  }

  /** The answer in full, whatever was asked. @returns {HTMLElement[]} */
  function answer(card, way, {words, language}) {
    const first = way === "zh" ? "en" : way === "en" ? "zh" : language;
    const second = first === "zh" ? "en" : "zh";
    const head = make("header", {className: "kb-flash__head"}, name(card, first));
    if (card.zh !== card.en) head.append(make("span", {lang: second}, card[second]));
    const parts = [head, meaning(card, words, false), make("p", {className: "kb-flash__exact", innerHTML: card.exact})];
    if (card.formula) parts.push(make("div", {className: "kb-math", innerHTML: card.formula}));
    if (card.example) parts.push(make("p", {className: "kb-flash__example"}, make("b", {}, words.example), make("span", {innerHTML: card.example})));
    parts.push(make("p", {className: "kb-flash__more"}, make("a", {href: `${kb.root}${card.path}.html`}, words.more)));
    return parts;
  }

  /** A list to choose from, with its label. */
  function chooser(label, className, options, act) {
    const list = make("select", {className: "kb-flash__select", onchange: () => act(list.value)}, ...options);
    return {list, whole: make("label", {className}, make("span", {}, label), list)};
  }

  function option(words, act) {
    const box = make("input", {type: "checkbox", onchange: () => act(box.checked)});
    return {box, whole: make("label", {className: "kb-flash__option"}, box, words)};
  }

  /** The parts of the panel and what they do. @param {any} index @param {Object<string, (value?: any) => void>} act */
  function panel({decks, words}, act) {
    const groups = decks.map(([part, given]) => make("optgroup", {label: part}, ...given.map(([id, title, size]) => new Option(`${title} · ${size}`, id))));
    const deck = chooser(words.deck, "kb-flash__deck", groups, act.deck);
    const way = chooser(words.way, "kb-flash__way", WAYS.map(value => new Option(words[`way_${value}`], value)), act.way);
    const only = option(words.only, act.only);
    const shuffle = option(words.shuffle, act.shuffle);
    const parts = {
      deck: deck.list, way: way.list, only: only.box, shuffle: shuffle.box,
      place: make("span"), count: make("span", {className: "kb-flash__count"}), ticks: make("div", {className: "kb-flash__ticks"}),
      said: make("p", {className: "kb-flash__said"}),
      front: make("div", {className: "kb-flash__face kb-flash__front"}), back: make("div", {className: "kb-flash__face kb-flash__back"}),
      again: button("kb-flash__again", words.again, () => act.mark(false)),
      flip: button("kb-flash__flip", words.flip, act.flip),
      known: button("kb-flash__known", words.known, () => act.mark(true)),
      foot: make("p", {className: "kb-flash__foot"}),
    };
    const previous = Object.assign(button("kb-flash__step", "←", () => act.step(-1)), {ariaLabel: words.previous, title: words.previous});
    const next = Object.assign(button("kb-flash__step", "→", () => act.step(1)), {ariaLabel: words.next, title: words.next});
    parts.card = make("div", {className: "kb-flash__card", tabIndex: 0}, make("div", {className: "kb-flash__turn"}, parts.front, parts.back));
    parts.card.setAttribute("role", "group");
    parts.bar = make("div", {className: "kb-flash__bar"}, previous, parts.again, parts.flip, parts.known, next);
    parts.said.setAttribute("role", "status");
    parts.ticks.setAttribute("aria-hidden", "true");
    parts.whole = make("section", {className: "kb-flash"},
      make("div", {className: "kb-flash__choice"}, deck.whole, way.whole),
      make("p", {className: "kb-flash__place"}, parts.place, parts.count), parts.ticks, parts.said, parts.card, parts.bar,
      make("div", {className: "kb-flash__options"}, only.whole, shuffle.whole), make("p", {className: "kb-flash__keys"}, words.keys), parts.foot);
    parts.whole.setAttribute("aria-label", words.card);
    return parts;
  }

  /** Everything behind the downloads, folded away. @returns {Element} the first heading, the panel comes before it */
  function fold(article, words) {
    const [files, more] = article.querySelectorAll("h2");
    const folded = make("details", {className: "kb-chooser__all"}, make("summary", {}, words.all));
    more.before(folded);
    while (folded.nextSibling) folded.append(folded.nextSibling);
    return files;
  }

  /** Paper: question and answer of every card side by side, to be cut out and folded. */
  function sheet(cards, way, index) {
    const pairs = cards.flatMap(card => [
      make("div", {className: "kb-flash__side"}, question(card, way, index)),
      make("div", {className: "kb-flash__side"}, ...answer(card, way, index).slice(0, -1)),
    ]);
    return make("div", {className: "kb-flash__sheet"}, ...pairs);
  }

  /** Study: what is shown, and everything a reader can do about it. @param {any} index @returns {{whole: HTMLElement, open: () => Promise<void>}} */
  function study(index) {
    const {words} = index;
    const state = kept();
    const ids = index.decks.flatMap(([, given]) => given.map(([id]) => id));
    /** @type {Card[]} */ let cards = [];
    /** @type {Card[]} */ let queue = [];
    let at = 0;
    let turned = false;

    /** Cards that this direction can ask: a name that is the same in both languages is no question. */
    const asked = () => cards.filter(({zh, en}) => state.way === "name" || state.way === "meaning" || zh !== en);
    const save = () => { parts.foot.firstChild.textContent = keep(state) ? words.kept : words.not_kept; };

    function start() {
      queue = asked().filter(({id}) => !state.only || !state.known[id]);
      if (state.shuffle) queue = shuffled(queue);
      at = 0;
      show();
    }

    function tally() {
      const all = asked();
      const known = all.filter(({id}) => state.known[id]).length;
      parts.count.textContent = words.count.replace("{n}", known);
      parts.place.textContent = queue.length ? words.place.replace("{n}", at + 1).replace("{of}", queue.length) : "";
      parts.ticks.replaceChildren(...queue.map(({id}, i) => make("i", {className: `${state.known[id] ? "kb-known" : ""} ${i === at ? "kb-here" : ""}`})));
    }

    function show() {
      const card = queue[at];
      turned = false;
      parts.whole.classList.remove("kb-flash--turning", "kb-flash--turned");
      parts.whole.classList.toggle("kb-flash--empty", !card);
      parts.front.replaceChildren(...(card ? [question(card, state.way, index)]
        : [make("p", {className: "kb-flash__plain"}, words.done), button("kb-flash__restart", words.restart, () => act.only(false))]));
      parts.back.replaceChildren(...(card ? answer(card, state.way, index) : []));
      tally();
      face();
      parts.said.textContent = `${parts.place.textContent} ${parts.front.textContent}`;
    }

    /** Only the side that is seen can be reached and read. */
    function face() {
      parts.front.inert = turned;
      parts.back.inert = !turned;
      parts.card.setAttribute("aria-label", `${words.card} ${turned ? words.back : words.front}`);
      parts.back.querySelectorAll(".kb-math").forEach(box => { if (box.scrollWidth > box.clientWidth) box.tabIndex = 0; });
    }

    const act = {
      deck(id) {
        state.deck = id;
        history.replaceState(null, "", `#${id}`);
        return open();
      },
      way(way) { state.way = way; save(); start(); },
      only(only) { state.only = parts.only.checked = only; save(); start(); },
      shuffle(shuffle) { state.shuffle = shuffle; save(); start(); },
      flip() {
        if (!queue.length) return;
        turned = !turned;
        parts.whole.classList.add("kb-flash--turning");
        parts.whole.classList.toggle("kb-flash--turned", turned);
        face();
        const told = state.way === "name" ? ".kb-flash__plain" : ".kb-flash__name";
        parts.said.textContent = turned ? `${words.back} ${parts.back.querySelector(told).textContent}` : `${words.front} ${parts.front.textContent}`;
      },
      step(by) {
        if (at + by >= queue.length) { start(); return; }
        at = Math.max(0, at + by);
        show();
        if (parts.card.getBoundingClientRect().top < 0) parts.ticks.scrollIntoView();
      },
      mark(known) {
        if (!queue.length) return;
        if (known) state.known[queue[at].id] = true; else delete state.known[queue[at].id];
        save();
        act.step(1);
      },
      clear() {
        state.known = {};
        save();
        start();
        parts.said.textContent = words.cleared;
      },
    };
    const parts = panel(index, act);
    parts.foot.append(make("span"), button("kb-flash__small", words.print, () => print()), button("kb-flash__small", words.clear, act.clear));

    /** Show the deck that is in the address, was used last, or comes first. */
    async function open() {
      const named = location.hash.slice(1);
      const deck = [named, state.deck].find(id => ids.includes(id)) || ids[0];
      Object.assign(parts.deck, {value: deck});
      try {
        const given = await cardsOf(deck);
        if (parts.deck.value !== deck) return;
        cards = given;
        state.deck = parts.whole.dataset.deck = deck;
        save();
        start();
      } catch { parts.said.textContent = words.failed; }
    }

    parts.card.addEventListener("click", ({target}) => {
      if (!target.closest("a, button") && getSelection().isCollapsed) act.flip();
    });
    document.addEventListener("keydown", event => press(event, parts, act));
    addEventListener("beforeprint", () => parts.whole.append(sheet(asked(), state.way, index)));
    addEventListener("afterprint", () => parts.whole.querySelector(".kb-flash__sheet")?.remove());
    addEventListener("hashchange", open);
    parts.way.value = WAYS.includes(state.way) ? state.way : (state.way = "name");
    parts.only.checked = state.only;
    parts.shuffle.checked = state.shuffle;
    save();
    return {whole: parts.whole, open};
  }

  /** Keys: space and arrows for readers who have not gone elsewhere, figures for those whose focus is on the card. */
  function press(event, {whole, card}, act) {
    const {key, target} = event;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || document.querySelector("dialog[open]")) return;
    const box = card.getBoundingClientRect();
    const idle = target === document.body || target.id === "kb-content" ? box.bottom > 0 && box.top < innerHeight : whole.contains(target);
    if (!idle || target.closest("select, input, .kb-math")) return;
    const does = {ArrowLeft: () => act.step(-1), ArrowRight: () => act.step(1)};
    if (!target.closest("a, button")) does[" "] = act.flip;
    if (target === card) Object.assign(does, {Enter: act.flip, 1: () => act.mark(false), 2: () => act.mark(true)});
    if (!does[key]) return;
    event.preventDefault();
    does[key]();
  }

  kb.feature("flash", async article => {
    const index = await kb.data("flash/index");
    const {whole, open} = study(index);
    await open();
    fold(article, index.words).before(whole);
    article.classList.add("kb-ready");
  });
})();
