/* The fit lab: one scatter, a line per loss. The pull of a residual comes from the NumPy gradients (kbgen/play/fit.py); what is here
   is a solver that knows no loss: iteratively reweighted least squares, and all pairs of points where the pull only jumps. */
(() => {
  "use strict";
  const BOX = {width: 640, height: 390, left: 34, right: 14, top: 12, bottom: 28, end: 10};
  const COLOURS = ["var(--p-c1)", "var(--p-c2)", "var(--p-c3)", "var(--p-c4)", "var(--p-fg)"];
  const DASHES = ["", "10 4", "3 3", "12 4 3 4", "1 4"];
  const ROUNDS = 500, TINY = 1e-4, MOST = 30, LEAST = 3;
  const OUTLIERS = [[1.2, 9.2], [9.5, 0.4], [2.4, 8.7], [7.1, 0.6], [0.6, 7.8], [6.4, 1.5], [3.6, 9.4], [5.6, 0.3], [9.7, 2.6]];
  let lab;

  /** @typedef {[number, number]} Point @typedef {(residual: number) => number} Pull @typedef {{slope: number, intercept: number}} Line */

  /** The pull as a function, read from its samples. @param {any} loss @param {number} place of the parameter's value @param {number} unit @returns {Pull} */
  function pullOf(loss, place, unit) {
    if (loss.jumps) {
      const [above, below] = loss.sides[place];
      return residual => (residual > 0 ? above : residual < 0 ? below : 0);
    }
    const samples = lab.unpacker(loss.pull[place])(Math.round(16 / loss.spacing) + 1), last = samples.length - 2;
    return residual => {
      const at = Math.abs(residual) / loss.spacing, i = Math.min(Math.floor(at), last);
      return Math.sign(residual) * unit * (samples[i] + (samples[i + 1] - samples[i]) * (at - i));
    };
  }

  /** The line through two points with the least loss. @param {Point[]} points @param {Pull} pull constant on both sides @returns {Line} */
  function bestPair(points, pull) {
    const above = pull(1), below = pull(-1), middle = points.map(p => p[1]).sort((a, b) => a - b)[points.length >> 1];
    let least = Infinity, found = {slope: 0, intercept: middle};
    points.forEach(([xi, yi], i) => points.slice(i + 1).forEach(([xj, yj]) => {
      if (xi === xj) return;
      const slope = (yj - yi) / (xj - xi);
      let total = 0;
      for (const [x, y] of points) { const r = y - yi - slope * (x - xi); total += r * (r > 0 ? above : below); }
      if (total < least - 1e-12) { least = total; found = {slope, intercept: yi - slope * xi}; }
    }));
    return found;
  }

  /** One round of weighted least squares. @param {Point[]} points @param {number[]} weights @returns {Line} */
  function weighted(points, weights) {
    let w = 0, wx = 0, wy = 0, xx = 0, xy = 0;
    points.forEach(([x, y], i) => { w += weights[i]; wx += weights[i] * x; wy += weights[i] * y; });
    const mx = wx / w, my = wy / w;
    points.forEach(([x, y], i) => { xx += weights[i] * (x - mx) ** 2; xy += weights[i] * (x - mx) * (y - my); });
    const slope = xy / Math.max(xx, 1e-12);
    return {slope, intercept: my - slope * mx};
  }

  /** @param {Point[]} points @param {Pull} pull @param {boolean} jumps @returns {Line} */
  function fit(points, pull, jumps) {
    if (jumps) return bestPair(points, pull);
    let now = bestPair(points, Math.sign);
    for (let round = 0; round < ROUNDS; round++) {
      const weights = points.map(([x, y]) => {
        const r = y - now.slope * x - now.intercept, far = Math.abs(r) < TINY ? TINY : r;
        return pull(far) / far;
      });
      const next = weighted(points, weights);
      const moved = Math.abs(next.slope - now.slope) + Math.abs(next.intercept - now.intercept);
      now = next;
      if (moved < 1e-11) break;
    }
    return now;
  }

  const across = x => BOX.left + (BOX.width - BOX.left - BOX.right) * x / BOX.end;
  const up = y => BOX.height - BOX.bottom - (BOX.height - BOX.top - BOX.bottom) * y / BOX.end;
  const inside = value => Math.max(0, Math.min(BOX.end, Math.round(value * 20) / 20));

  /** Axes, and layers for lines, pulls and points. */
  function board() {
    const picture = lab.draw("svg", {viewBox: `0 0 ${BOX.width} ${BOX.height}`, class: "kb-fit__board"});
    for (let k = 0; k <= 10; k += 2) {
      lab.draw("path", {d: `M${across(0)},${up(k)}H${across(10)}M${across(k)},${up(0)}V${up(10)}`, class: "kb-optim__rule"}, picture);
      lab.draw("text", {x: across(0) - 8, y: up(k) + 5, "text-anchor": "end"}, picture).textContent = k;
      lab.draw("text", {x: across(k), y: up(0) + 20, "text-anchor": "middle"}, picture).textContent = k;
    }
    const clip = lab.draw("clipPath", {id: "kb-fit-clip"}, lab.draw("defs", {}, picture));
    lab.draw("rect", {x: across(0), y: up(10), width: across(10) - across(0), height: up(0) - up(10)}, clip);
    const [pulls, lines] = ["pulls", "lines"].map(() => lab.draw("g", {"clip-path": "url(#kb-fit-clip)"}, picture));
    return {picture, pulls, lines, points: lab.draw("g", {}, picture)};
  }

  /** The row of a loss: shown or not, its parameter, its line in numbers, its pulls. */
  function row(loss, i, state, changed) {
    const swatch = lab.draw("svg", {viewBox: "0 0 34 12", class: "kb-fit__swatch", "aria-hidden": "true"});
    lab.draw("path", {d: "M1,6H33", stroke: COLOURS[i], "stroke-width": 3, "stroke-dasharray": DASHES[i] || null}, swatch);
    const check = lab.make("input", {type: "checkbox"}), chosen = lab.make("input", {type: "radio", name: "kb-fit-pulls", "aria-label": `${kb.words.lab_residuals}, ${lab.say(loss.name)}`});
    check.checked = true;
    chosen.checked = i === state.chosen;
    check.addEventListener("change", () => { state.shown[i] = check.checked; changed(); });
    chosen.addEventListener("change", () => { state.chosen = i; changed(); });
    const result = lab.make("span", {class: "kb-fit__line"});
    const parts = [lab.make("label", {class: "kb-fit__loss"}, check, swatch, lab.say(loss.name)), lab.make("label", {class: "kb-fit__pulls"}, chosen, kb.words.lab_residuals)];
    if (loss.sign) {
      parts.push(lab.slider(`${loss.sign}, ${lab.say(loss.name)}`, [lab.make("i", {}, loss.sign)], loss.values.map(String), loss.first, index => {
        state.places[i] = index;
        changed();
      }).row);
    }
    const element = lab.make("div", {class: "kb-fit__row"}, ...parts, result);
    return {element, say({slope, intercept}) {
      Object.assign(element.dataset, {loss: loss.id, slope, intercept});
      result.textContent = `y = ${lab.number(slope, 3)} x ${intercept < 0 ? "−" : "+"} ${lab.number(Math.abs(intercept), 3)}`;
    }};
  }

  /** A point that can be dragged and moved by keys. */
  function handle(parent, state, number, changed, remove) {
    const group = lab.draw("g", {tabindex: 0, role: "slider", "aria-label": lab.fill("lab_point", {n: number + 1}), "aria-valuemin": 0, "aria-valuemax": BOX.end, class: "kb-fit__point"}, parent);
    lab.draw("circle", {r: 17, class: "kb-optim__reach"}, group);
    lab.draw("circle", {r: 6.5, class: "kb-fit__dot"}, group);
    const put = (x, y) => { state.points[number] = [inside(x), inside(y)]; changed(); };
    group.addEventListener("pointerdown", event => {
      if (event.button) return;
      group.setPointerCapture(event.pointerId);
      group.focus({preventScroll: true});
      event.preventDefault();
    });
    group.addEventListener("pointermove", event => {
      if (!group.hasPointerCapture(event.pointerId)) return;
      const [x, y] = lab.point(group.ownerSVGElement, event);
      put((x - across(0)) / (across(10) - across(0)) * 10, (up(0) - y) / (up(0) - up(10)) * 10);
    });
    group.addEventListener("keydown", event => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const step = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[event.key];
      if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); remove(number); }
      if (!step) return;
      event.preventDefault();
      const [x, y] = state.points[number], far = event.shiftKey ? 1 : 0.2;
      put(x + far * step[0], y + far * step[1]);
    });
    return () => {
      const [x, y] = state.points[number];
      lab.set(group, {transform: `translate(${across(x)},${up(y)})`, "aria-valuenow": y, "aria-valuetext": `x = ${lab.number(x)}, y = ${lab.number(y)}`});
    };
  }

  /** The residuals of one line, and on each a stroke as long as the pull. @param {SVGElement} layer @param {Point[]} points @param {Line} line @param {Pull} pull @param {string} colour */
  function drawPulls(layer, points, {slope, intercept}, pull, colour) {
    const thin = [], thick = [];
    points.forEach(([x, y]) => {
      const foot = slope * x + intercept;
      thin.push(`M${across(x).toFixed(1)},${up(y).toFixed(1)}V${up(foot).toFixed(1)}`);
      thick.push(`M${across(x).toFixed(1)},${up(foot).toFixed(1)}V${up(foot + pull(y - foot)).toFixed(1)}`);
    });
    layer.replaceChildren();
    lab.draw("path", {d: thin.join(""), class: "kb-fit__residual"}, layer);
    lab.draw("path", {d: thick.join(""), class: "kb-fit__pull", stroke: colour}, layer);
  }

  /** @param {HTMLElement} figure @param {any} data */
  async function mount(figure, data) {
    lab = await kb.start("lab");
    const copy = () => data.points.map(point => [...point]);
    const state = {points: copy(), shown: data.losses.map(() => true), places: data.losses.map(loss => loss.first), chosen: 0};
    const {picture, pulls, lines, points} = board();
    const paths = data.losses.map((_, i) => lab.draw("path", {class: "kb-fit__curve", stroke: COLOURS[i], "stroke-dasharray": DASHES[i] || null, "stroke-linecap": DASHES[i] === "1 4" ? "round" : "butt"}, lines));
    let handles = [], waiting = 0;
    const rows = data.losses.map((loss, i) => row(loss, i, state, later));

    function show() {
      waiting = 0;
      handles.forEach(place => place());
      data.losses.forEach((loss, i) => {
        const pull = pullOf(loss, state.places[i], data.unit), line = fit(state.points, pull, loss.jumps);
        rows[i].say(line);
        paths[i].style.display = state.shown[i] ? "" : "none";
        lab.set(paths[i], {d: `M${across(0)},${up(line.intercept)}L${across(10)},${up(10 * line.slope + line.intercept)}`});
        if (i === state.chosen) drawPulls(pulls, state.points, line, pull, COLOURS[i]);
      });
    }
    function later() { waiting ||= requestAnimationFrame(show); }
    function remove(number) {
      if (state.points.length <= LEAST) return;
      state.points.splice(number, 1);
      scatter();
      points.children[Math.min(number, state.points.length - 1)].focus();
    }
    function scatter() {
      points.replaceChildren();
      handles = state.points.map((_, number) => handle(points, state, number, later, remove));
      show();
    }
    const reset = lab.make("button", {type: "button"}, kb.words.lab_reset), more = lab.make("button", {type: "button"}, kb.words.lab_outlier);
    let added = 0;
    const limit = () => { more.disabled = state.points.length >= MOST; };
    reset.addEventListener("click", () => { state.points = copy(); added = 0; scatter(); limit(); });
    more.addEventListener("click", () => { state.points.push([...OUTLIERS[added++ % OUTLIERS.length]]); scatter(); limit(); });
    scatter();
    lab.open(figure, lab.make("div", {class: "kb-lab__head"}, more, reset), picture, ...rows.map(({element}) => element));
  }

  kb.feature("fit", mount);
})();
