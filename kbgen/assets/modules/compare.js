/* Two to four losses side by side: curves on common axes where the same quantity moves, and one table of what is known about each.
   The choice stands in the address, as #huber,log_cosh. The facts of a loss are a script that kbgen/compare.py wrote. */
(() => {
  "use strict";
  const words = kb.words;
  const MOST = 4;
  const STOPS = 200;

  /** @typedef {{name: string, url: string, alt: string, cells: Object<string, string>, curve: any}} Facts */

  /** @param {string} tag @param {Object<string, any>} [given] properties @param {...(Node|string)} inside @returns {HTMLElement} */
  function make(tag, given = {}, ...inside) {
    const made = Object.assign(document.createElement(tag), given);
    made.append(...inside);
    return made;
  }

  /** @param {Element} element @param {Object<string, string>} given attributes @returns {Element} */
  function mark(element, given) {
    Object.entries(given).forEach(([name, value]) => element.setAttribute(name, value));
    return element;
  }

  /** A sample of the line of a loss, by its place. @param {number} place */
  const swatch = place => mark(make("span", {className: `kb-swatch kb-swatch--${place + 1}`}), {"aria-hidden": "true"});

  /** @param {?number} value @returns {string} */
  const shown = value => value === null ? "–" : String(+value.toPrecision(3)).replace("-", "−");

  /** The lines to draw of each curve: alone all of them; in company the one whose label all share, else the middle one. */
  function alike(curves) {
    if (curves.length === 1) return curves.map(({lines}) => lines);
    const labels = curves.map(curve => curve.lines.map(({label}) => label));
    const common = labels[0].find(label => label && labels.every(list => list.includes(label)));
    return curves.map(({lines}, i) => [lines[common ? labels[i].indexOf(common) : Math.floor((lines.length - 1) / 2)]]);
  }

  /** Losses by the axis that their curves share; `place` keeps their colour. @param {Facts[]} chosen */
  function byAxis(chosen) {
    const groups = new Map();
    chosen.forEach((facts, place) => {
      if (facts.curve) groups.set(facts.curve.axis, [...(groups.get(facts.curve.axis) || []), {...facts, place}]);
    });
    return [...groups.values()];
  }

  /** The picture of the value or of the slope of some losses on common axes. */
  async function chart(group, lines, what, window, x) {
    const drawn = group.flatMap(({curve, place}, i) => lines[i].map(line => ({
      data: line[what], range: curve.range, colour: place + 1, name: lines[i].length > 1 ? line.label : "",
    })));
    const box = make("div", {className: "kb-compare__panel"});
    const named = words[`compare_${what}`];
    const seen = group.map(facts => `${facts.name} (${facts.alt})`).join(" ");
    const alt = `${named}: ${seen}`;
    const picture = await kb.start("sketch", box, {lines: drawn, window, x, title: `${what === "value" ? "ℓ" : "ℓ′"}  ${named}`, alt});
    return {box, mark: picture.mark};
  }

  /** Value and slope of the losses that share an axis, with a cursor that reads them off. */
  async function charts(group) {
    const curves = group.map(({curve}) => curve);
    const lines = alike(curves);
    const window = [Math.max(...curves.map(({range}) => range[0])), Math.min(...curves.map(({range}) => range[1]))];
    const x = [...new Set(curves.map(curve => curve.x))].join("  ·  ");
    const [value, slope] = await Promise.all(["value", "slope"].map(what => chart(group, lines, what, window, x)));
    const read = readings(group.flatMap(({name, place}, i) => lines[i].map(({label}) => ({name: label ? `${name} (${label})` : name, place}))));
    const at = slider(x, window, where => read.tell(value.mark(where), slope.mark(where)));
    return make("div", {className: "kb-compare__group"}, make("div", {className: "kb-compare__panels"}, value.box, slope.box), at, read.list);
  }

  /** The numbers under the cursor, a row for each line. @param {{name: string, place: number}[]} lines */
  function readings(lines) {
    const rows = lines.map(({name, place}) => ({name, parts: [make("span", {className: "kb-compare__number"}), make("span", {className: "kb-compare__number"})], place}));
    const list = make("ul", {className: "kb-list kb-compare__read"}, ...rows.map(({name, parts, place}) => make("li", {}, swatch(place), make("span", {}, name), ...parts)));
    /** @returns {string} all of them in words */
    const tell = (values, slopes) => rows.map(({name, parts}, i) => {
      [parts[0].textContent, parts[1].textContent] = [`ℓ ${shown(values[i])}`, `ℓ′ ${shown(slopes[i])}`];
      return `${name} ${parts[0].textContent} ${parts[1].textContent}`;
    }).join("; ");
    return {list, tell};
  }

  /** A slider over a stretch of x. @param {(x: number) => string} tell moves the cursor and says the values in words */
  function slider(x, [from, to], tell) {
    const input = make("input", {type: "range", min: 0, max: STOPS, value: 0.75 * STOPS});
    const output = make("output");
    const update = () => {
      const at = from + (to - from) * input.value / STOPS;
      output.textContent = shown(at);
      input.setAttribute("aria-valuetext", `${shown(at)}: ${tell(at)}`);
    };
    input.addEventListener("input", update);
    update();
    return make("label", {className: "kb-compare__at"}, `${words.compare_at} ${x}${words.compare_colon}`, output, input);
  }

  /** One row of the table; it is marked where all losses say the same. */
  function row([key, label], chosen) {
    const told = chosen.map(({cells}) => cells[key] || "");
    const cells = told.map((text, place) => {
      const cell = mark(make("td", {innerHTML: text || `<span class="kb-compare__unsaid">${words.compare_unsaid}</span>`}), {role: "cell"});
      cell.dataset.name = chosen[place].name;
      return cell;
    });
    const same = told.every(text => text === told[0]);
    return mark(make("tr", {className: same ? "kb-same" : ""}, mark(make("th", {}, label), {scope: "row", role: "rowheader"}), ...cells), {role: "row"});
  }

  /** Everything that is said about one of the losses. A phone shows rows as blocks, which would cost a table its meaning: the roles keep it. */
  function table(rows, chosen) {
    const heads = chosen.map(({name, url}, place) =>
      mark(make("th", {}, swatch(place), make("a", {href: kb.root + url}, name)), {scope: "col", role: "columnheader"}));
    const head = mark(make("tr", {}, mark(make("th", {}, words.compare_row), {scope: "col", role: "columnheader"}), ...heads), {role: "row"});
    const body = rows.filter(([key]) => chosen.some(({cells}) => cells[key])).map(given => row(given, chosen));
    const parts = [make("thead", {}, head), make("tbody", {}, ...body)].map(part => mark(part, {role: "rowgroup"}));
    return mark(make("table", {className: "kb-compare__table"}, ...parts), {role: "table"});
  }

  /** Curves, sorted by axis, and a word about losses that have none. @param {Facts[]} chosen */
  async function pictures(chosen) {
    const groups = byAxis(chosen);
    const parts = await Promise.all(groups.map(charts));
    const bare = chosen.filter(({curve}) => !curve).map(({name}) => name);
    const note = text => make("p", {className: "kb-compare__note"}, text);
    if (groups.length > 1) parts.unshift(note(words.compare_apart));
    if (bare.length) parts.push(note(words.compare_bare.replace("{names}", bare.join(", "))));
    return parts;
  }

  /** The table with its heading and its filter. */
  function details(rows, chosen, view) {
    const box = make("input", {type: "checkbox", checked: view.classList.contains("kb-compare--differ")});
    box.addEventListener("change", () => view.classList.toggle("kb-compare--differ", box.checked));
    const only = make("label", {className: "kb-compare__differ"}, box, words.compare_differ);
    const scroll = mark(make("div", {className: "kb-compare__scroll", tabIndex: 0}, table(rows, chosen)), {role: "region", "aria-label": words.compare_table});
    return [make("h2", {}, words.compare_table), only, scroll];
  }

  /** The menu of all losses by family. @param {string[][]} losses */
  function menu(losses) {
    const families = [...new Set(losses.map(([, , family]) => family))];
    const select = make("select", {className: "kb-compare__add"}, make("option", {value: ""}, words.compare_add), ...families.map(family =>
      make("optgroup", {label: family}, ...losses.filter(loss => loss[2] === family).map(([id, name]) => make("option", {value: id}, name)))));
    return mark(select, {"aria-label": words.compare_add});
  }

  /** Bring the menu in line with what is chosen. */
  function limit(select, ids) {
    select.value = "";
    select.disabled = ids.length === MOST;
    select.options[0].textContent = ids.length === MOST ? words.compare_full : words.compare_add;
    [...select.options].forEach(option => { option.disabled = ids.includes(option.value); });
  }

  /** Links to the comparisons that stand ready. @param {[string, string[]][]} ready */
  function readyList(ready) {
    const items = ready.map(([title, ids]) => make("li", {}, make("a", {href: `#${ids.join(",")}`}, title)));
    return [make("h2", {}, words.compare_ready), make("ul", {className: "kb-list kb-compare__ready"}, ...items)];
  }

  /** What stood on the page moves into a fold. @returns {HTMLElement} the introduction, which stays */
  function fold(article) {
    const intro = article.querySelector("h1 + p");
    const folded = make("details", {className: "kb-compare__all"}, make("summary", {}, words.compare_tables));
    while (intro.nextSibling) folded.append(intro.nextSibling);
    intro.after(folded);
    return intro;
  }

  /** The losses that the address names, if by former ids; the first ready comparison if it names nothing. @param {string[]} known @param {any[]} ready @param {any} former */
  function named(known, ready, former) {
    const text = decodeURIComponent(location.hash.slice(1));
    const ids = [...new Set(text.split(",").map(id => former[id] ?? id))].filter(id => known.includes(id)).slice(0, MOST);
    return ids.length || !ready.length ? ids : ready[0][1];
  }

  kb.feature("compare", async article => {
    const {losses, rows, ready, former} = await kb.data("compare/index");
    const names = new Map(losses.map(([id, name]) => [id, name]));
    const current = () => named([...names.keys()], ready, former);
    const chips = mark(make("ul", {className: "kb-list kb-compare__chips"}), {"aria-label": words.compare_chosen});
    const select = menu(losses);
    const status = mark(make("p", {className: "kb-compare__status"}), {role: "status"});
    const view = make("div", {className: "kb-compare__view"});
    const panel = make("section", {className: "kb-compare"}, make("div", {className: "kb-compare__bar"}, chips, select), status, view);
    const go = ids => { location.hash = ids.join(","); };

    function chip(id, place, ids) {
      const remove = make("button", {type: "button", disabled: ids.length === 1}, "×");
      mark(remove, {"aria-label": words.compare_remove.replace("{name}", names.get(id))});
      remove.addEventListener("click", () => { go(ids.filter(other => other !== id)); select.disabled = false; select.focus(); });
      return make("li", {}, swatch(place), make("span", {}, names.get(id)), remove);
    }

    async function show() {
      const ids = current();
      chips.replaceChildren(...ids.map(chip));
      limit(select, ids);
      const chosen = await Promise.all(ids.map(id => kb.data(`compare/${id}`)));
      const parts = await pictures(chosen);
      if (ids.join() !== current().join()) return;
      const below = () => ids.length > 1 ? details(rows, chosen, view) : [];
      if (panel.isConnected) view.replaceChildren(...parts, ...below());
      else await enter(ids, parts, below);
      status.textContent = ids.length > 1 ? `${words.compare_chosen} ${ids.map(id => names.get(id)).join(", ")}` : words.compare_few;
      panel.dataset.shown = ids.join();
    }

    /** The first view: the curves are painted before the table is laid out.
        @param {string[]} ids @param {HTMLElement[]} parts @param {() => HTMLElement[]} below */
    async function enter(ids, parts, below) {
      view.append(...parts);
      fold(article).after(panel);
      article.classList.add("kb-ready");
      await new Promise(painted => requestAnimationFrame(() => setTimeout(painted)));
      if (ids.join() === current().join()) view.append(...below()); // else another choice has been made meanwhile
      panel.append(...readyList(ready));
    }

    select.addEventListener("change", () => { if (select.value) go([...current(), select.value]); });
    addEventListener("hashchange", show);
    await show();
  });
})();
