/* The map of all entries: pan, zoom, filters, and the words of an entry when it is pointed at, chosen or focused.

   The picture that kbgen drew stays; only its viewBox moves. Names are written anew for each scale, as many as find room. */
(() => {
  "use strict";
  const KINDS = ["proved", "relation", "link"];
  const FOLDERS = ["losses", "terms", "optimizers"];
  const REACH = 15; // pixels: an entry this near to the pointer is meant
  const MOST = 8; // times as large as the whole map
  const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
  const STEPS = {"+": 1.4, "=": 1.4, "-": 1 / 1.4};
  const SVG = "http://www.w3.org/2000/svg";

  /** @typedef {{key: string, name: string, folder: string, shelf: number, x: number, y: number, proved: number, ties: number}} Node
      @typedef {{a: number, b: number, kind: number}} Edge
      @typedef {{name: string, x: number, y: number, r: number}} Shelf
      @typedef {{nodes: Node[], edges: Edge[], shelves: Shelf[], size: number[]}} Map_ */

  /** What the picture shows and what it does not. @param {Element[]} anchors @param {any} data from kbgen/graph/atlas.py @returns {Map_} */
  function read(anchors, data) {
    const nodes = anchors.map((anchor, i) => {
      const [x, y] = middle(anchor.firstElementChild);
      const {key} = anchor.dataset;
      return {key, name: anchor.getAttribute("aria-label"), folder: key.split("/")[0], shelf: data.shelf[i], x, y, proved: 0, ties: 0};
    });
    const edges = data.ties.flatMap(ends);
    edges.forEach(({a, b, kind}) => [a, b].forEach(end => { nodes[end].ties += 1; nodes[end].proved += kind === 0; }));
    return {nodes, edges, shelves: data.shelves.map(([name, x, y, r]) => ({name, x, y, r})), size: data.size};
  }

  /** @param {Element} mark a disc, or a square that may be turned */
  function middle(mark) {
    const [x, y, width, height] = (mark.tagName === "circle" ? ["cx", "cy"] : ["x", "y", "width", "height"]).map(name => Number(mark.getAttribute(name)));
    return width ? [x + width / 2, y + height / 2] : [x, y];
  }

  /** Ties of a kind. A zero ends those of an entry; the steps before it lead to one later entry after the other.
      @param {number[]} steps @param {number} kind @returns {Edge[]} */
  function ends(steps, kind) {
    let [a, b] = [0, 0];
    return steps.flatMap(step => {
      if (!step) { a += 1; b = a; return []; }
      b += step;
      return [{a, b, kind}];
    });
  }

  /** Pan and zoom by the viewBox. @param {SVGSVGElement} svg @param {number[]} size of the map @param {(scale: number) => void} changed pixels per unit */
  function camera(svg, size, changed) {
    const view = {x: size[0] / 2, y: size[1] / 2, scale: 0};
    let waiting = false;
    let resting = 0;
    let drawn = "0.45,1.39"; // how strong lines and marks are; the style sheet begins with those of a small map
    const box = () => [svg.clientWidth || 1, svg.clientHeight || 1];
    const least = () => Math.min(...box().map((length, i) => length / size[i]));
    const within = (value, low, high) => Math.min(Math.max(value, low), high);
    function paint() {
      waiting = false;
      const [w, h] = box().map(length => length / view.scale);
      const closer = view.scale > least() * 1.02;
      svg.setAttribute("viewBox", [view.x - w / 2, view.y - h / 2, w, h].map(number => number.toFixed(2)).join(" "));
      const strengths = [within(view.scale, 0.45, 1), Math.min(1.6, 1 / view.scale) ** 0.7].map(number => number.toFixed(2));
      if (String(strengths) !== drawn) { // every line and mark is looked up anew
        drawn = String(strengths);
        ["--kb-line", "--kb-mark"].forEach((name, i) => svg.style.setProperty(name, strengths[i]));
      }
      svg.style.touchAction = closer ? "none" : ""; // the whole map lets the page scroll
      svg.dataset.kbMoving = ""; // pale links and fresh names wait until the map stands still
      clearTimeout(resting);
      resting = setTimeout(() => { delete svg.dataset.kbMoving; changed(view.scale); }, 100);
    }
    function ask() {
      view.scale = within(view.scale, least(), least() * MOST);
      view.x = within(view.x, 0, size[0]);
      view.y = within(view.y, 0, size[1]);
      if (!waiting) { waiting = true; requestAnimationFrame(paint); }
    }
    /** A point of the screen on the map. @param {{clientX: number, clientY: number}} point */
    function at({clientX, clientY}) {
      const {left, top} = svg.getBoundingClientRect();
      const [w, h] = box();
      return [view.x + (clientX - left - w / 2) / view.scale, view.y + (clientY - top - h / 2) / view.scale];
    }
    return {
      view, at,
      move(dx, dy) { view.x -= dx / view.scale; view.y -= dy / view.scale; ask(); },
      zoom(factor, [x, y] = [view.x, view.y]) {
        const before = view.scale;
        view.scale = within(before * factor, least(), least() * MOST);
        view.x = x + (view.x - x) * before / view.scale;
        view.y = y + (view.y - y) * before / view.scale;
        ask();
      },
      fit(x = size[0] / 2, y = size[1] / 2, width = size[0], height = size[1]) {
        const [w, h] = box();
        Object.assign(view, {x, y, scale: Math.min(w / width, h / height)});
        ask();
      },
      show({x, y}) {
        const [w, h] = box().map(length => length / view.scale * 0.42);
        if (Math.abs(x - view.x) > w || Math.abs(y - view.y) > h) { view.x = x; view.y = y; ask(); }
      },
    };
  }

  /** Writes names, as many as find room at a scale: shelves first, then the best connected entries.
      @param {SVGSVGElement} svg @param {Map_} map @param {(place: number) => boolean} wanted */
  function labels(svg, map, wanted) {
    const group = svg.querySelector(".kb-graph__names");
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `12px ${getComputedStyle(svg).fontFamily}`;
    const width = (name, bold) => pen.measureText(name).width * (bold ? 1.1 : 1.03) + 4;
    /** A name stays on the map. */
    const held = (left, w, s) => Math.min(Math.max(left, 0), Math.max(0, map.size[0] * s - w));
    const members = map.shelves.map((_, i) => map.nodes.flatMap((node, j) => node.shelf === i ? [j] : []));
    const items = [
      ...map.shelves.map(({name, x, y, r}, i) => ({
        name, bold: true, width: width(name, true), seen: () => members[i].some(wanted),
        spots: (s, w) => s < 0.7 && w > 3.4 * r * s + 12 ? [] : [[held(x * s - w / 2, w, s), (y - r) * s - 8], [held(x * s - w / 2, w, s), (y + r) * s + 8]],
      })),
      ...map.nodes.map(({name, x, y}, i) => ({
        name, bold: false, width: width(name, false), seen: () => wanted(i), ties: map.nodes[i].ties,
        spots: (s, w) => [[x * s + 8, y * s], [x * s - 8 - w, y * s], [x * s - w / 2, y * s + 15]].filter(([left]) => left === held(left, w, s)),
      })).sort((a, b) => b.ties - a.ties),
    ];
    /** @param {{name: string, bold: boolean}} item @param {number[]} spot @param {number} scale */
    function written({name, bold}, [left, y], scale) {
      const text = document.createElementNS(SVG, "text");
      text.setAttribute("x", String((left + 2) / scale));
      text.setAttribute("y", String(y / scale));
      if (bold) text.setAttribute("font-weight", "650");
      text.textContent = name;
      return text;
    }
    return scale => {
      const taken = [];
      let few = 8 + 60 * scale * scale; // a small map with all its names would be names only
      const shown = items.filter(item => item.seen()).flatMap(item => {
        if (!item.bold && few < 1) return [];
        const free = ([left, y]) => !taken.some(o => left < o.right && o.left < left + item.width && Math.abs(y - o.y) < 14);
        const spot = item.spots(scale, item.width).find(free);
        if (!spot) return [];
        if (!item.bold) few -= 1;
        taken.push({left: spot[0], right: spot[0] + item.width, y: spot[1]});
        return [written(item, spot, scale)];
      });
      group.setAttribute("font-size", String(12 / scale));
      group.style.setProperty("--kb-halo", String(3.5 / scale));
      group.replaceChildren(...shown);
    };
  }

  /** The row of filters and the buttons of the zoom. @param {Map_} map @param {(tag: string, name?: string, words?: string) => HTMLElement} element */
  function tools(map, element) {
    const bar = element("div", "kb-atlas__bar");
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", kb.words.graph_filter);
    const button = (words, name) => {
      const made = element("button", "kb-atlas__button", words);
      made.type = "button";
      if (name) { made.setAttribute("aria-label", name); made.title = name; }
      return made;
    };
    const toggle = (words, pressed) => {
      const made = button(words);
      made.setAttribute("aria-pressed", String(pressed));
      return made;
    };
    const folders = FOLDERS.map(folder => toggle(kb.words[`graph_${folder}`], true));
    const proved = toggle(kb.words.graph_only, false);
    const family = element("select", "kb-atlas__button");
    family.setAttribute("aria-label", kb.words.graph_family);
    family.append(new Option(kb.words.graph_all, "-1"), ...map.shelves.map(({name}, i) => new Option(name, String(i))));
    const count = element("output", "kb-atlas__count");
    const zoom = element("div", "kb-atlas__zoom");
    const [more, less, whole] = [["+", "graph_in"], ["−", "graph_out"], ["⤢", "graph_whole"]].map(([sign, key]) => button(sign, kb.words[key]));
    zoom.append(more, less, whole);
    bar.append(...folders, proved, family, count);
    return {bar, zoom, folders, proved, family, count, more, less, whole};
  }

  /** What the filters let through: `mine` are the entries asked for, `seen` also those tied to them. @param {Map_} map @param {ReturnType<typeof tools>} bar */
  function sieve(map, bar) {
    const on = button => button.getAttribute("aria-pressed") === "true";
    const folders = FOLDERS.filter((_, i) => on(bar.folders[i]));
    const shelf = Number(bar.family.value);
    const only = on(bar.proved);
    const mine = map.nodes.map(node => folders.includes(node.folder) && (shelf < 0 || node.shelf === shelf) && (!only || node.proved > 0));
    const edges = map.edges.filter(({a, b, kind}) =>
      (mine[a] || mine[b]) && (!only || kind === 0) && [a, b].every(end => folders.includes(map.nodes[end].folder)));
    const seen = new Set(edges.flatMap(({a, b}) => [a, b]));
    mine.forEach((wanted, i) => { if (wanted) seen.add(i); });
    return {edges, seen, mine, shelf};
  }

  /** The list under the map shows what the map shows. @param {HTMLElement} article @param {Map_} map @param {boolean[]} mine */
  function filterList(article, map, mine) {
    const byAddress = new Map(map.nodes.map(({key}, i) => [`${kb.root}${key}.html`, i]));
    article.querySelectorAll("h3 + ul").forEach(list => {
      const items = [...list.children];
      items.forEach(item => { item.hidden = mine[byAddress.get(item.querySelector("a")?.href)] === false; });
      list.hidden = list.previousElementSibling.hidden = items.every(item => item.hidden);
    });
  }

  /** The card with the words of an entry. @param {Map_} map @param {any} words @param {() => void} leave */
  function card(map, words, leave) {
    const {element, link, mark, list} = words;
    const box = element("div", "kb-atlas__card");
    const close = element("button", "kb-atlas__button kb-atlas__close", "×");
    close.type = "button";
    close.setAttribute("aria-label", kb.words.close);
    close.addEventListener("click", leave);
    box.hidden = true;
    let latest = -1;
    return {
      box,
      /** Name at once, words as soon as they are there. @param {number} i @param {boolean} left where it covers less */
      async show(i, left) {
        box.classList.toggle("kb-atlas__card--left", left);
        latest = i;
        const {key, name, proved} = map.nodes[i];
        const head = element("p", "kb-graph__name");
        head.append(link(key, name));
        box.replaceChildren(close, head);
        box.hidden = false;
        const told = await kb.data(`play/${key.split("/")[1]}-graph.graph`).catch(() => null);
        if (latest !== i || !told) return;
        const plain = element("p");
        plain.innerHTML = told.plain;
        const ties = element("ul", "kb-atlas__ties");
        ties.append(...told.ties.map(([to, other, kind, reasons]) => {
          const line = element("li");
          line.append(link(to, other), mark(kind));
          if (kind === "proved") line.append(list(reasons.slice(0, proved > 6 ? 1 : 3)));
          return line;
        }));
        box.append(plain, ties);
        box.scrollTop = 0;
      },
      hide() { latest = -1; box.hidden = true; },
    };
  }

  /** The entry to which an arrow leads: near, and not far off the way. @param {Map_} map @param {Set<number>} seen @param {number} from @param {number[]} way */
  function beside(map, seen, from, [dx, dy]) {
    let [best, least] = [from, Infinity];
    map.nodes.forEach((node, i) => {
      const [x, y] = [node.x - map.nodes[from].x, node.y - map.nodes[from].y];
      const [ahead, aside] = [x * dx + y * dy, Math.abs(x * dy - y * dx)];
      if (ahead > 0 && aside <= 2 * ahead && seen.has(i) && ahead + 2 * aside < least) [best, least] = [i, ahead + 2 * aside];
    });
    return best;
  }

  /** Pointers: one moves the map, two zoom it, none but a mouse points. @param {SVGSVGElement} svg @param {ReturnType<typeof camera>} lens
      @param {{point: (event: PointerEvent) => void, press: (event: MouseEvent) => void}} tell */
  function gestures(svg, lens, tell) {
    const down = new Map();
    let travelled = 0;
    svg.addEventListener("pointerdown", event => {
      travelled = down.size ? Infinity : 0;
      down.set(event.pointerId, event);
    });
    svg.addEventListener("pointermove", event => {
      const last = down.get(event.pointerId);
      if (!last) { if (event.pointerType === "mouse") tell.point(event); return; }
      const other = [...down.values()].find(({pointerId}) => pointerId !== event.pointerId);
      const [dx, dy] = [event.clientX - last.clientX, event.clientY - last.clientY];
      travelled += Math.abs(dx) + Math.abs(dy);
      if (travelled > 6 && !svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId);
      if (other) {
        const far = point => Math.hypot(point.clientX - other.clientX, point.clientY - other.clientY) || 1;
        lens.zoom(far(event) / far(last), lens.at({clientX: (event.clientX + other.clientX) / 2, clientY: (event.clientY + other.clientY) / 2}));
        lens.move(dx / 2, dy / 2);
      } else if (travelled > 6) lens.move(dx, dy);
      down.set(event.pointerId, event);
    });
    ["pointerup", "pointercancel"].forEach(name => svg.addEventListener(name, event => down.delete(event.pointerId)));
    svg.addEventListener("dragstart", event => event.preventDefault());
    svg.addEventListener("click", event => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || !event.detail) return; // a new tab, or Enter: the link does it
      event.preventDefault();
      if (travelled <= 6) tell.press(event);
    });
  }

  kb.feature("atlas", async (figure, data) => {
    await kb.load("assets/modules/graph.js");
    const words = await kb.data("graph/words");
    const svg = figure.querySelector("svg");
    const anchors = [...svg.querySelectorAll("a[data-key]")]; // in the order of the data
    const map = read(anchors, data);
    const lines = KINDS.map(kind => svg.querySelector(`path[data-ties=${kind}]`));
    const glow = lines[0].parentNode.appendChild(document.createElementNS(SVG, "g"));
    const bar = tools(map, words.element);
    const about = card(map, words, leave);
    let passing = sieve(map, bar);
    let chosen = -1;
    let pinned = false;
    let home = 0;
    let scaled = 0;
    await kb.pause();

    const write = labels(svg, map, i => passing.seen.has(i));
    await kb.pause();
    const lens = camera(svg, map.size, scale => {
      if (scaled && Math.abs(Math.log(scale / scaled)) < 0.06) return;
      scaled = scale;
      write(scale);
    });

    /** @param {Edge[]} edges */
    const path = edges => edges.map(({a, b}) => `M${map.nodes[a].x} ${map.nodes[a].y}L${map.nodes[b].x} ${map.nodes[b].y}`).join("");

    function sift() {
      passing = sieve(map, bar);
      lines.forEach((line, k) => line.setAttribute("d", path(passing.edges.filter(({kind}) => kind === k))));
      anchors.forEach((anchor, i) => anchor.classList.toggle("kb-gone", !passing.seen.has(i)));
      svg.querySelectorAll("[data-shelf]").forEach(disc => disc.classList.toggle("kb-gone", ![...passing.seen].some(i => map.nodes[i].shelf === Number(disc.dataset.shelf))));
      filterList(figure.closest("article"), map, passing.mine);
      if (chosen >= 0) leave();
      tell();
    }

    /** How many entries are let through, and where they are. */
    function tell() {
      bar.count.textContent = `${passing.mine.filter(Boolean).length} / ${map.nodes.length}`;
      scaled = 0;
      const {x, y, r} = map.shelves[passing.shelf] || {};
      if (r) lens.fit(x, y, r * 5, r * 5);
      else lens.fit();
    }

    /** Light up an entry and what it is tied to. @param {number} i, or -1 for none */
    function light(i) {
      const mine = passing.edges.filter(({a, b}) => a === i || b === i);
      const near = new Set(mine.flatMap(({a, b}) => [a, b]).concat(i));
      svg.toggleAttribute("data-kb-lit", i >= 0);
      anchors.forEach((anchor, j) => anchor.classList.toggle("kb-lit", near.has(j)));
      glow.replaceChildren(...KINDS.map((kind, k) => {
        const line = document.createElementNS(SVG, "path");
        line.setAttribute("class", `kb-graph__glow kb-graph__glow--${kind}`);
        line.setAttribute("d", path(mine.filter(edge => edge.kind === k)));
        return line;
      }));
    }

    /** @param {number} i */
    function show(i) {
      if (i === chosen) return;
      chosen = i;
      light(i);
      about.show(i, map.nodes[i].x > lens.view.x);
    }

    function leave() {
      [chosen, pinned] = [-1, false];
      about.hide();
      light(-1);
    }

    /** The entry nearest to a point of the screen, if it is within reach. @param {MouseEvent} event */
    function nearest(event) {
      const [x, y] = lens.at(event);
      let [best, least] = [-1, REACH / lens.view.scale];
      map.nodes.forEach((node, i) => {
        const far = Math.hypot(node.x - x, node.y - y);
        if (far < least && passing.seen.has(i)) [best, least] = [i, far];
      });
      return best;
    }

    /** Exactly one entry is reached by Tab; arrows lead from it to the others. @param {number} i */
    function rove(i) {
      anchors[home].tabIndex = -1;
      home = i;
      anchors[home].tabIndex = 0;
    }

    gestures(svg, lens, {
      point(event) { const i = pinned ? -1 : nearest(event); if (i >= 0) show(i); },
      press(event) {
        const i = nearest(event);
        if (i < 0) return leave();
        rove(i);
        show(i);
        pinned = true;
      },
    });
    svg.addEventListener("dblclick", event => { const i = nearest(event); if (i >= 0) location.href = `${kb.root}${map.nodes[i].key}.html`; });
    figure.addEventListener("focusin", event => { // listened to on the figure: an svg that listens takes the focus itself
      const i = anchors.indexOf(event.target.closest("a[data-key]"));
      if (i < 0 || pinned) return;
      lens.show(map.nodes[i]);
      show(i);
    });
    figure.addEventListener("wheel", event => { // without Ctrl the page scrolls, until the map has been chosen
      if (event.target.closest(".kb-atlas__card") || !(event.ctrlKey || event.metaKey || figure.contains(document.activeElement))) return;
      event.preventDefault();
      lens.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), lens.at(event));
    }, {passive: false});
    figure.addEventListener("keydown", event => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest(".kb-atlas__card")) return;
      if (event.key === "Escape") return leave();
      const [way, step, here] = [ARROWS[event.key], STEPS[event.key], anchors.indexOf(document.activeElement)];
      if (!way && !step && event.key !== "0") return;
      event.preventDefault();
      if (step) lens.zoom(step);
      else if (!way) lens.fit();
      else if (here >= 0) { pinned = false; rove(beside(map, passing.seen, here, way)); anchors[home].focus(); }
      else lens.move(-60 * way[0], -60 * way[1]);
    });
    bar.more.addEventListener("click", () => lens.zoom(1.5));
    bar.less.addEventListener("click", () => lens.zoom(1 / 1.5));
    bar.whole.addEventListener("click", () => lens.fit());
    [...bar.folders, bar.proved].forEach(button => button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      sift();
    }));
    bar.family.addEventListener("change", sift);

    figure.setAttribute("aria-label", kb.words.graph_map);
    figure.after(bar.bar); // not before it, nor around it: all of the picture would be styled and laid out again
    figure.append(bar.zoom, about.box);
    rove(map.nodes.reduce((best, node, i) => node.ties > map.nodes[best].ties ? i : best, 0));
    tell();
    new ResizeObserver(() => { scaled = 0; lens.move(0, 0); }).observe(svg);
  });
})();
