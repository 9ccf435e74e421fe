/* The optimizer lab: three walks from one start that the reader chooses. All walks come from NumPy (kbgen/play/walks.py). */
(() => {
  "use strict";
  const COLOURS = ["var(--p-c1)", "var(--p-c2)", "var(--p-c3)"];
  const DASHES = ["", "9 5", "2.5 5"];
  const MARKS = ["M-8,0a8,8 0 1,0 16,0a8,8 0 1,0 -16,0Z", "M0,-10L9.5,7H-9.5Z", "M-7.5,-7.5H7.5V7.5H-7.5Z"];
  const CHART = {tall: [320, 368], flat: [320, 190], wide: [688, 200], left: 42, right: 10, top: 30, bottom: 30};
  const DECADES = [-4, -2, 0, 2];
  const MINUTES = 30; // steps per second while it plays
  const NARROW = 30; // as in labs.css
  const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize);
  let lab;

  /** @typedef {{id: string, rate: number}} Lane a rule and the place of its rate in the list; no rule is "" */
  /** @typedef {{x: Int32Array, y: Int32Array, loss: Int32Array}} Walk */

  /** Every walk of a file. @param {{lengths: number[], paths: string}} file @returns {Walk[]} */
  function walks({lengths, paths}) {
    const next = lab.unpacker(paths);
    return lengths.map(count => ({x: next(count), y: next(count), loss: next(count)}));
  }

  const decoded = new Map();
  /** @param {Lane} lane @param {string} place @returns {Promise<Walk[]>} */
  async function load({id, rate}, place) {
    const name = `play/${id}-${place}.walk${rate}`;
    if (!decoded.has(name)) decoded.set(name, walks(await kb.data(name)));
    return decoded.get(name);
  }

  const line = (x, y, from, to) => {
    let path = "";
    for (let i = from; i < Math.min(to, x.length); i++) path += `${i > from ? "L" : "M"}${x[i]},${y[i]}`;
    return path;
  };
  /** Marks of single steps, left out where they would touch. */
  const dots = ({x, y}, to) => {
    let path = "", last = -1;
    for (let i = 0; i < Math.min(to, x.length); i++) {
      if (last < 0 || Math.hypot(x[i] - x[last], y[i] - y[last]) > 11) { path += `M${x[i]},${y[i]}h0`; last = i; }
    }
    return path;
  };

  /** One map with the walks of some lanes. @param {any} maps @param {any} state @param {number[]} lanes @param {() => void} moved */
  function map(maps, state, lanes, moved) {
    const [width, height] = maps.size;
    const picture = lab.draw("svg", {viewBox: `0 0 ${width} ${height}`, class: "kb-optim__map"});
    const ground = lab.draw("g", {}, picture);
    const tracks = lanes.map(lane => {
      const group = lab.draw("g", {fill: "none", stroke: COLOURS[lane], "stroke-linejoin": "round", "stroke-linecap": "round"}, picture);
      const look = {"stroke-width": 2.5, "stroke-dasharray": DASHES[lane] || null};
      return {
        lane, group,
        rest: lab.draw("path", {...look, opacity: .3}, group),
        gone: lab.draw("path", look, group),
        dots: lab.draw("path", {"stroke-width": 7, class: "kb-optim__dots"}, group),
        head: lab.draw("path", {d: MARKS[lane], fill: COLOURS[lane], stroke: "var(--p-bg)", class: "kb-optim__head"}, group),
      };
    });
    const handle = lab.draw("g", {tabindex: 0, role: "slider", "aria-label": kb.words.lab_start, "aria-valuemin": 1, class: "kb-optim__start"}, picture);
    [{r: 26, class: "kb-optim__reach"}, {r: 16, class: "kb-optim__halo"}, {r: 10, class: "kb-optim__ring"}].forEach(look => lab.draw("circle", look, handle));
    grab(picture, handle, maps, state, moved);

    function scenery() {
      const place = maps.places[state.place];
      ground.replaceChildren();
      place.shades.forEach(d => lab.draw("path", {d, class: "kb-optim__shade"}, ground));
      const grid = place.heights.flatMap(y => place.grid.map(x => `M${x},${y}h0`)).join("");
      lab.draw("path", {d: grid, class: "kb-optim__grid"}, ground);
      place.minima.forEach(([x, y]) => lab.draw("path", {d: `M${x - 7},${y - 7}l14,14m0,-14l-14,14`, class: "kb-optim__minimum"}, ground));
    }
    /** @param {(Walk|null)[]} shown one per lane */
    function show(shown) {
      tracks.forEach(({lane, group, rest, gone, dots: marks, head}) => {
        const walk = shown[lane];
        group.style.display = walk ? "" : "none";
        if (!walk) return;
        const at = Math.min(state.step, walk.x.length - 1);
        lab.set(rest, {d: line(walk.x, walk.y, at, walk.x.length)});
        lab.set(gone, {d: line(walk.x, walk.y, 0, at + 1)});
        lab.set(marks, {d: dots(walk, at + 1)});
        lab.set(head, {transform: `translate(${walk.x[at]},${walk.y[at]}) scale(${lanes.length > 1 ? 1 : 1.8})`});
      });
      const place = maps.places[state.place], [column, row] = state.start;
      lab.set(handle, {
        transform: `translate(${place.grid[column]},${place.heights[row]})`, "aria-valuemax": maps.starts[0] * maps.starts[1],
        "aria-valuenow": row * maps.starts[0] + column + 1,
        "aria-valuetext": `x = ${lab.number(place.columns[column])}, y = ${lab.number(place.rows[row])}`,
      });
    }
    return {picture, scenery, show};
  }

  /** Let the start be dragged, tapped and moved by arrow keys. */
  function grab(picture, handle, maps, state, moved) {
    const nearest = (list, value) => list.reduce((best, each, i) => (Math.abs(each - value) < Math.abs(list[best] - value) ? i : best), 0);
    const put = (column, row) => {
      const next = [Math.max(0, Math.min(maps.starts[0] - 1, column)), Math.max(0, Math.min(maps.starts[1] - 1, row))];
      if (next[0] === state.start[0] && next[1] === state.start[1]) return;
      state.start = next;
      moved();
    };
    const follow = event => {
      const [x, y] = lab.point(picture, event), place = maps.places[state.place];
      put(nearest(place.grid, x), nearest(place.heights, y));
    };
    picture.addEventListener("pointerdown", event => {
      if (event.button || (event.pointerType === "touch" && !handle.contains(event.target))) return; // a finger on the map scrolls the page
      picture.setPointerCapture(event.pointerId);
      handle.classList.add("kb-held");
      handle.focus({preventScroll: true});
      event.preventDefault();
      follow(event);
    });
    picture.addEventListener("pointermove", event => { if (picture.hasPointerCapture(event.pointerId)) follow(event); });
    ["pointerup", "pointercancel"].forEach(name => picture.addEventListener(name, () => handle.classList.remove("kb-held")));
    picture.addEventListener("click", follow);
    handle.addEventListener("keydown", event => {
      const step = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[event.key];
      if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      put(state.start[0] + step[0], state.start[1] + step[1]);
    });
  }

  /** Loss over steps, on a logarithmic scale. @param {any} maps @param {any} state @param {[number, number]} size tall beside the map, flat below it */
  function chart(maps, state, [width, height]) {
    const {left, right, top, bottom} = CHART;
    const picture = lab.draw("svg", {viewBox: `0 0 ${width} ${height}`, class: "kb-optim__chart", "aria-hidden": "true"});
    const across = step => left + (width - left - right) * step / maps.steps;
    const high = 2.3;
    const up = decades => top + (height - top - bottom) * (high - Math.min(decades, high)) / (high - maps.floor);
    lab.draw("text", {x: left, y: 18}, picture).textContent = kb.words.lab_loss;
    DECADES.forEach(power => {
      lab.draw("path", {d: `M${left},${up(power)}H${width - right}`, class: "kb-optim__rule"}, picture);
      const sign = power ? `10${String(power).replace(/./g, digit => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(digit)])}` : "1";
      lab.draw("text", {x: left - 6, y: up(power) + 4, "text-anchor": "end"}, picture).textContent = sign;
    });
    [0, 40, 80, 120].forEach(step => {
      lab.draw("text", {x: across(step), y: height - 12, "text-anchor": step === 120 ? "end" : "middle"}, picture).textContent = step;
    });
    const now = lab.draw("path", {class: "kb-optim__now"}, picture);
    const curves = COLOURS.map((stroke, i) => {
      const look = {fill: "none", stroke, "stroke-width": 2, "stroke-dasharray": DASHES[i] || null, "stroke-linejoin": "round"};
      return {rest: lab.draw("path", {...look, opacity: .3}, picture), gone: lab.draw("path", look, picture)};
    });
    const heads = COLOURS.map((fill, i) => lab.draw("path", {d: MARKS[i], fill, stroke: "var(--p-bg)", "stroke-width": 3}, picture));
    return {
      picture,
      show(shown) {
        lab.set(now, {d: `M${across(state.step)},${top}V${height - bottom}`});
        curves.forEach(({rest, gone}, i) => {
          const walk = shown[i];
          [rest, gone, heads[i]].forEach(part => { part.style.display = walk ? "" : "none"; });
          if (!walk) return;
          const x = Array.from(walk.loss, (_, step) => across(step).toFixed(1));
          const y = Array.from(walk.loss, loss => up(loss / maps.decade).toFixed(1));
          const at = Math.min(state.step, x.length - 1);
          lab.set(rest, {d: line(x, y, at, x.length)});
          lab.set(gone, {d: line(x, y, 0, at + 1)});
          lab.set(heads[i], {transform: `translate(${x[at]},${y[at]}) scale(.6)`});
        });
      },
    };
  }

  /** The row of one lane: which rule, at which rate, and how far it came. */
  function controls(maps, state, place, changed) {
    const lane = state.lanes[place];
    const select = lab.make("select", {"aria-label": `${kb.words.lab_optimizer} ${place + 1}`}, new Option(kb.words.lab_none, ""));
    Object.entries(maps.rules).forEach(([id, {name}]) => select.append(new Option(lab.say(name), id)));
    select.value = lane.id;
    const texts = () => (maps.rules[lane.id]?.rates ?? [0]).map(rate => `η = ${rate}`);
    const rate = lab.slider(`${kb.words.lab_rate} ${place + 1}`, [], texts(), lane.rate, index => { lane.rate = index; changed(); });
    select.addEventListener("change", () => {
      lane.id = select.value;
      if (lane.id) rate.rename(texts(), lane.rate);
      rate.row.classList.toggle("kb-lab__off", !lane.id);
      changed();
    });
    const swatch = lab.draw("svg", {viewBox: "0 0 44 20", class: "kb-optim__swatch", "aria-hidden": "true"});
    lab.draw("path", {d: "M2,10H42", stroke: COLOURS[place], "stroke-width": 2.5, "stroke-dasharray": DASHES[place] || null}, swatch);
    lab.draw("path", {d: MARKS[place], fill: COLOURS[place], transform: "translate(22,10) scale(.75)"}, swatch);
    const result = lab.make("span", {class: "kb-optim__result"});
    const row = lab.make("div", {class: "kb-optim__lane"}, swatch, select, rate.row, result);
    return {row, say(words) { result.textContent = words; }};
  }

  /** What one lane has come to. @param {any} maps @param {Walk|null} walk @param {number} step */
  function verdict(maps, walk, step) {
    if (!walk) return "";
    const last = walk.x.length - 1;
    if (step > last) return lab.fill("lab_left", {n: last});
    const decades = walk.loss[step] / maps.decade;
    return `${kb.words.lab_loss} ${decades <= maps.floor ? "≤ 0.00001" : lab.number(10 ** decades, 2)}`;
  }

  /** A button that lets the steps run. @param {any} maps @param {any} state @param {(step: number) => void} go */
  function player(maps, state, go) {
    const button = lab.make("button", {type: "button", class: "kb-lab__play"}, kb.words.lab_play);
    let running = 0;
    const stop = () => { cancelAnimationFrame(running); running = 0; button.textContent = kb.words.lab_play; };
    button.addEventListener("click", () => {
      if (running) { stop(); return; }
      const from = state.step < maps.steps ? state.step : 0, begun = performance.now();
      button.textContent = kb.words.lab_pause;
      const tick = now => {
        const step = Math.min(maps.steps, from + Math.max(0, Math.floor((now - begun) / 1000 * MINUTES)));
        go(step);
        if (step < maps.steps) running = requestAnimationFrame(tick); else stop();
      };
      running = requestAnimationFrame(tick);
    });
    return {button, stop};
  }

  /** @param {HTMLElement} figure @param {{lanes: [string, number][], place: string, start: [number, number]}} first */
  async function mount(figure, first) {
    lab = await kb.start("lab");
    const maps = await kb.data("play/optimizers.maps");
    const state = {place: first.place, start: [...first.start], step: maps.steps, view: "overlaid", lanes: first.lanes.map(([id, rate]) => ({id, rate}))};
    let shown = [], asked = 0, views = [];
    let graph;
    const narrow = figure.clientWidth < NARROW * rem(), field = lab.make("div", {class: "kb-optim__maps"}), stage = lab.make("div", {class: "kb-optim__stage"});
    const lanes = state.lanes.map((_, i) => controls(maps, state, i, fetchWalks));
    const texts = Array.from({length: maps.steps + 1}, (_, step) => `${step}`);
    const steps = lab.slider(kb.words.lab_step, [kb.words.lab_step], texts, state.step, step => { play.stop(); state.step = step; show(); });
    const play = player(maps, state, step => { state.step = step; steps.set(step); show(); });

    function show() {
      const start = state.start[1] * maps.starts[0] + state.start[0];
      const here = shown.map(walks => walks?.[start] ?? null);
      views.forEach(view => view.show(here));
      graph?.show(here);
      const words = here.map(walk => verdict(maps, walk, state.step));
      lanes.forEach((lane, i) => lane.say(words[i]));
      steps.input.setAttribute("aria-valuetext", [state.step, ...words.filter(Boolean)].join("; "));
    }
    /** Load what the lanes need and show it, unless the reader has asked for something else since. */
    async function fetchWalks() {
      const mine = ++asked;
      const found = await Promise.all(state.lanes.map(lane => (lane.id ? load(lane, state.place) : null)));
      if (mine !== asked) return;
      if (views.place !== state.place) views.forEach(view => view.scenery());
      views.place = state.place;
      shown = found;
      show();
    }
    function arrange() {
      views = (state.view === "beside" ? [[0], [1], [2]] : [[0, 1, 2]]).map(group => map(maps, state, group, show));
      views.place = state.place;
      graph = chart(maps, state, narrow ? CHART.flat : state.view === "beside" ? CHART.wide : CHART.tall);
      field.replaceChildren(...views.map(view => view.picture));
      stage.replaceChildren(field, graph.picture);
      stage.classList.toggle("kb-optim--beside", state.view === "beside");
      views.forEach(view => view.scenery());
      show();
    }
    await fetchWalks();
    arrange();
    const places = Object.keys(maps.places).map(place => [place, kb.words[`lab_${place}`]]);
    const head = lab.make("div", {class: "kb-lab__head kb-lab__head--optim"},
      lab.choice(kb.words.lab_place, places, state.place, place => { state.place = place; fetchWalks().catch(() => {}); }),
      lab.choice(kb.words.lab_view, [["overlaid", kb.words.lab_overlaid], ["beside", kb.words.lab_beside]], state.view, view => { state.view = view; arrange(); }));
    lab.open(figure, head, stage, lab.make("div", {class: "kb-lab__foot"}, play.button, steps.row), ...lanes.map(lane => lane.row));
  }

  kb.feature("optim", mount);
})();
