/* Curves that move. The static pictures of the value and of the slope stay as they are; this draws over them, in their own axes.

   Every number comes from NumPy (kbgen/play/curves.py): whole units of a decimal place, as second differences along x. A slider stops
   only where there are numbers, and the curve glides from stop to stop, so that what stands still is never interpolated. */
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const DRAWN = new Set(["svg", "g", "path", "circle", "text", "tspan"]);
  const MARK = ["ℓ", "ℓ′"];
  const LAST = 240;
  const START = 180;
  const GAP = 13.7; // between labels at the ends of lines, as in the static picture
  const SIGN = 6.5; // the width of a digit, about
  const STYLES = [["--p-c1", ""], ["--p-c2", "11 4.4"], ["--p-c3", "3.3 3.3"], ["--p-c4", "13.2 4.4 3.3 4.4"]];
  const OTHERS = [...STYLES.slice(1), ["--p-c2", "1.5 4"], ["--p-c3", "9 3 1.5 3"], ["--p-c4", "6 6"]];
  const SAME = ["--p-fg", "2 3.5"]; // another loss beside several lines: in their colours, dotted
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const words = kb.words;

  /**
   * @typedef {{units: Int32Array, starts: Set<number>, holes: Set<number>}} Curve samples, where strokes begin, where there is no value
   * @typedef {[Curve, Curve][]} Bundle value and slope of each line
   * @typedef {{label: string, line: number, other: number, pair: [Curve, Curve]}} Shown a curve that is seen; `other` is -1 for our own
   * @typedef {{svg: SVGSVGElement, clip: string, box: {x: number, y: number, width: number, height: number}, low: number, scale: number}} Panel
   * @typedef {ReturnType<typeof model>} Model
   */

  /** An element with attributes and children. @param {string} tag @param {Object<string, any>} [given] @param {...(Node|string)} inside */
  function make(tag, given = {}, ...inside) {
    const element = DRAWN.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
    Object.entries(given).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...inside);
    return element;
  }

  /** @param {string} text @returns {string} with a true minus sign */
  const minus = text => text.replace("-", "−");
  /** A number as people write it. @param {number} value @param {number} decimals */
  const number = (value, decimals) => minus(value.toFixed(decimals).replace(/^-(?=0\.?0*$)/, ""));
  /** The name of a loss in the language of the page. */
  const nameOf = other => other.name[document.documentElement.lang.slice(0, 2)] || other.name.en;
  const stroke = ([colour, dash], width) =>
    `fill:none;stroke:var(${colour});stroke-width:${width};stroke-dasharray:${dash || "none"};stroke-linecap:${dash ? "butt" : "round"}`;

  /** @param {[number[], number[]]} packed second differences, and where strokes begin @returns {Curve} */
  function unpack([differences, places]) {
    const units = new Int32Array(differences.length);
    let [value, step] = [0, 0];
    differences.forEach((difference, i) => { step += difference; value += step; units[i] = value; });
    return {units, starts: new Set(places.filter(i => i > 0)), holes: new Set(places.filter(i => i < 0).map(i => -i - 1))};
  }

  /** The curves of a picture, unpacked when they are first needed. */
  function library(data) {
    const kept = new Map();
    const one = (name, packed) => {
      if (!kept.has(name)) kept.set(name, packed.map(pair => pair.map(unpack)));
      return kept.get(name);
    };
    return {
      /** @param {number} k a parameter, or -1 @param {number} stop @returns {Bundle} */
      own: (k, stop) => k < 0 ? one("", data.curves) : one(`${k}/${stop}`, data.params[k].curves[stop]),
      /** @returns {Bundle} */
      other: i => one(`other/${i}`, data.others[i].curves),
    };
  }

  /** What is shown, and every number of it in signs or in words. */
  function model(data) {
    const curves = library(data);
    const first = () => ({param: data.params.length ? 0 : -1, at: data.params.map(param => param.at), cursor: START, others: new Set()});
    const state = first();
    const [from, to] = data.range;
    const xDecimals = Math.max(0, 2 - Math.floor(Math.log10((to - from) / 2)));
    const x = i => from + (to - from) * i / LAST;
    const stop = () => state.param < 0 ? 0 : state.at[state.param];
    const sign = (param, place) => `${param.sign} = ${minus(String(param.values[place]))}`;
    const setting = () => state.param < 0 ? "" : sign(data.params[state.param], stop());

    /** A number of a curve. @param {Curve} curve @param {0|1} what @param {number} i @param {number} decimals @param {boolean} [spoken] */
    function read(curve, what, i, decimals, spoken) {
      if (curve.holes.has(i)) return spoken ? words.curve_undefined : "–";
      const [low, high] = data.bounds[what];
      const units = curve.units[i];
      const beyond = units >= high ? (spoken ? words.curve_more : "> ") : units <= low ? (spoken ? words.curve_less : "< ") : "";
      return beyond + number(units / 10 ** data.decimals[what], decimals);
    }

    /** @returns {Shown[]} */
    function shown() {
      const own = curves.own(state.param, stop()).map((pair, line) => ({label: data.lines[line] || setting(), line, other: -1, pair}));
      const rest = [...state.others].flatMap(i => curves.other(i).map((pair, line) => (
        {label: [nameOf(data.others[i]), data.lines[line]].filter(Boolean).join(" "), line, other: i, pair}
      )));
      return [...own, ...rest];
    }

    /** Everything at the cursor, in words. */
    function spoken() {
      const each = shown().map(({label, pair}) => {
        const values = pair.map((curve, what) => `${MARK[what]} = ${read(curve, what, state.cursor, data.decimals[what] - 1, true)}`);
        return (label && label !== setting() ? label + words.curve_colon : "") + values.join(words.curve_and);
      });
      return words.curve_at.replace("{x}", `${data.x} = ${number(x(state.cursor), xDecimals)}`) + each.join(words.curve_next);
    }
    const swept = data.lines.length === 1 && data.params.some(param => param.ticks.length);
    const styles = data.lines.map((_, line) => swept ? ["--p-fg", ""] : STYLES[line % 4]);
    const reset = () => Object.assign(state, first());
    return {data, state, curves, swept, styles, x, xDecimals, stop, sign, setting, read, shown, spoken, reset, number};
  }

  /** The axes of a static picture, read from its clip path. @param {HTMLElement} figure @param {[number, number]} limits @returns {Panel} */
  function panel(figure, [low, high]) {
    const svg = figure.querySelector("svg");
    const rect = svg.querySelector("clipPath rect");
    const [x, y, width, height] = ["x", "y", "width", "height"].map(name => Number(rect.getAttribute(name)));
    return {svg, clip: rect.parentElement.id, box: {x, y, width, height}, low, scale: height / (high - low)};
  }

  /** The path of a curve between two stops. @param {Panel} panel @param {Curve} a @param {Curve} b @param {number} t share of b @param {number} unit */
  function path({box, low, scale}, a, b, t, unit) {
    const near = t < 0.5 ? a : b;
    const bottom = 10 * (box.y + box.height + low * scale);
    const [left, step, factor] = [10 * box.x, 10 * box.width / LAST, 10 * unit * scale];
    let [d, pen] = ["", "M"];
    for (let i = 0; i <= LAST; i++) {
      if (near.holes.has(i)) { pen = "M"; continue; }
      if (near.starts.has(i)) pen = "M";
      const units = a.units[i] + (b.units[i] - a.units[i]) * t;
      d += `${pen}${Math.round(left + step * i) / 10} ${Math.round(bottom - units * factor) / 10}`;
      pen = "L";
    }
    return d;
  }

  /** Marks the static lines and labels, which fade when the live ones come. @returns {SVGTextElement[]} labels that may be covered */
  function adopt(svg, swept) {
    const lines = svg.querySelectorAll('path[style*="stroke: var(--p-c"]');
    const labels = [...svg.querySelectorAll('text[style*="fill: var(--p-c"]')];
    [...lines, ...labels].forEach(part => part.classList.add(swept ? "kb-curve__ghost" : "kb-curve__still"));
    return swept ? labels : [];
  }

  /** The lines over one picture. @param {Model} model @param {Panel} panel @param {0|1} what */
  function lines({data, state, curves, swept, styles}, panel, what) {
    const unit = 10 ** -data.decimals[what];
    const own = styles.map(style => make("path", {style: stroke(style, swept ? 2.6 : 2.2)}));
    const others = data.others.map((_, i) => styles.map(([colour]) => (
      make("path", {style: styles.length > 1 ? stroke([colour, SAME[1]], 1.8) : stroke(OTHERS[i], 2), visibility: "hidden"})
    )));

    /** Our own, at a place between stops. @param {number} place */
    function draw(place) {
      const [stop, next] = [Math.floor(place), Math.ceil(place)].map(each => curves.own(state.param, each));
      own.forEach((line, k) => line.setAttribute("d", path(panel, stop[k][what], next[k][what], place % 1, unit)));
    }

    /** Other losses come and go. */
    function compare() {
      others.forEach((each, i) => each.forEach((line, k) => {
        const on = state.others.has(i);
        const curve = on && curves.other(i)[k][what];
        if (on && !line.hasAttribute("d")) line.setAttribute("d", path(panel, curve, curve, 0, unit));
        line.setAttribute("visibility", on ? "visible" : "hidden");
      }));
    }
    return {parts: [...others.flat(), ...own], draw, compare};
  }

  /** Labels at the ends of the lines, pushed apart; what they would cover of the static ones goes. @param {Model} model @param {Panel} panel */
  function labels(model, {svg, box}, height, what) {
    const {data, swept, styles} = model;
    const ghosts = adopt(svg, swept);
    const parts = swept || data.lines[0]
      ? styles.map(([colour]) => make("text", {class: "kb-curve__label", style: `fill:var(${colour})`, x: box.x + box.width + 5})) : [];
    function place() {
      const own = model.shown().slice(0, parts.length);
      const ends = own.map(({line, label, pair}) => ({line, label, y: height(pair[what].units[LAST], true)})).sort((p, q) => q.y - p.y);
      ends.forEach((end, k) => { if (k) end.y = Math.min(end.y, ends[k - 1].y - GAP); });
      ends.reverse().forEach((end, k) => { end.y = Math.max(end.y, k ? ends[k - 1].y + GAP : box.y); });
      ends.forEach(({line, label, y}) => {
        parts[line].textContent = label;
        parts[line].setAttribute("y", y + 4);
        ghosts.forEach(ghost => ghost.classList.toggle("kb-curve__covered", Math.abs(ghost.getAttribute("y") - y - 4) < GAP));
      });
    }
    return {parts, place};
  }

  /** The hair line, a dot on every curve, and the numbers there. @param {Model} model @param {Panel} panel */
  function cursor(model, {box}, height, what) {
    const {data, state, styles} = model;
    const hair = make("path", {class: "kb-curve__hair", d: `M0 ${box.y}V${box.y + box.height}`});
    const dots = make("g");
    const readout = make("text", {class: "kb-curve__readout", x: box.x + box.width, y: 11, "text-anchor": "end"});
    const colour = ({line, other}) => `fill:var(${other < 0 || styles.length > 1 ? styles[line][0] : OTHERS[other][0]})`;

    function dot(each, x) {
      const curve = each.pair[what];
      const y = height(curve.units[state.cursor]);
      const seen = !curve.holes.has(state.cursor) && y === height(curve.units[state.cursor], true);
      return seen ? [make("circle", {r: 3.6, cx: x, cy: y, style: colour(each)})] : [];
    }

    /** As many numbers as there is room for, our own first. @param {Shown[]} shown */
    function numbers(shown) {
      const several = styles.length > 1 ? shown.filter(({other}) => other < 0) : shown;
      const head = `${MARK[what]}(${number(model.x(state.cursor), Math.min(2, model.xDecimals))}) = `;
      let room = box.width / SIGN - 2;
      const parts = several.flatMap((each, k) => {
        const text = (k ? "  " : "") + model.read(each.pair[what], what, state.cursor, data.decimals[what] - 1);
        room -= text.length;
        return room > 0 ? [make("tspan", {style: colour(each)}, text)] : [];
      });
      readout.replaceChildren(...room > head.length ? [head] : [], ...parts);
    }

    function place() {
      const [shown, x] = [model.shown(), box.x + box.width * state.cursor / LAST];
      hair.setAttribute("transform", `translate(${x} 0)`);
      dots.replaceChildren(...shown.flatMap(each => dot(each, x)));
      numbers(shown);
    }
    return {hair, parts: [dots, readout], place};
  }

  /** Everything that is drawn over one static picture. @param {Model} model @param {HTMLElement} figure @param {0|1} what */
  function layer(model, figure, what) {
    const axes = panel(figure, model.data.limits[what]);
    const {svg, box} = axes;
    const unit = 10 ** -model.data.decimals[what];
    const height = (units, inside) => {
      const y = box.y + box.height - (units * unit - axes.low) * axes.scale;
      return inside ? Math.min(Math.max(y, box.y), box.y + box.height) : y;
    };
    const [line, label, point] = [lines(model, axes, what), labels(model, axes, height, what), cursor(model, axes, height, what)];
    const clipped = make("g", {"clip-path": `url(#${axes.clip})`}, ...line.parts, point.hair);
    svg.append(make("g", {class: "kb-curve__layer", "aria-hidden": "true"}, clipped, ...point.parts, ...label.parts));
    return {svg, box, draw: line.draw, compare: line.compare, tell() { label.place(); point.place(); }};
  }

  /** A slider with its name, its value and its ticks. @param {string} name @param {string} label @param {number} max @param {Object[]} ticks */
  function slider(name, label, max, ticks) {
    const [head, tail] = name.split(/_(?=.)/);
    const input = make("input", {type: "range", min: 0, max, step: 1, "aria-label": label, autocomplete: "off"});
    const output = make("span", {class: "kb-curve__value"});
    const marks = ticks.map(({at, text, strong}) => (
      make("span", {class: strong ? "kb-curve__tick kb-curve__tick--default" : "kb-curve__tick", style: `--at:${at / max}`}, minus(text))
    ));
    const sign = make("span", {class: "kb-curve__sign"}, head, ...tail ? [make("sub", {}, tail)] : []);
    const track = make("span", {class: "kb-curve__track"}, input, make("span", {class: "kb-curve__ticks", "aria-hidden": "true"}, ...marks));
    return {input, output, row: make("label", {class: "kb-curve__slider"}, sign, track, output)};
  }

  /** The slider of a parameter: ticks where the picture has a curve or else at its ends, and at the default. */
  function parameter(param) {
    const last = param.values.length - 1;
    const places = new Set([...param.ticks.length ? param.ticks : [0, last], param.default].filter(stop => stop >= 0));
    const ticks = [...places].map(at => ({at, text: String(param.values[at]), strong: at === param.default}));
    return slider(param.sign, `${words.curve_parameter} ${param.sign} (${param.name})`, last, ticks);
  }

  /** The slider of the cursor. */
  function position({x, range: [from, to]}) {
    const ends = [from, to, ...from < 0 && to > 0 ? [0] : []];
    return slider(x, `${words.curve_position} ${x}`, LAST, ends.map(end => ({at: (end - from) / (to - from) * LAST, text: String(end)})));
  }

  /** A button for another loss, with a piece of its line. */
  function name(other, i, several) {
    const [colour, dash] = several ? SAME : OTHERS[i];
    const sample = make("svg", {viewBox: "0 0 24 8", "aria-hidden": "true"}, make("path", {d: "M1 4H23", style: stroke([colour, dash], 2.2)}));
    const note = other.params ? [make("small", {}, minus(other.params))] : [];
    return make("button", {type: "button", class: "kb-curve__name", "aria-pressed": "false"}, sample, nameOf(other), ...note);
  }

  /** What stands below the pictures. @param {Model} model */
  function controls({data}) {
    const params = data.params.map(parameter);
    const cursor = position(data);
    const names = data.others.map((other, i) => name(other, i, data.lines.length > 1));
    const reset = make("button", {type: "button", class: "kb-curve__reset"}, words.curve_reset);
    const numbers = make("details", {class: "kb-curve__numbers"}, make("summary", {}, words.curve_table));
    const title = make("span", {class: "kb-curve__title"}, words.curve_compare);
    const element = make("div", {class: "kb-curve", role: "group", "aria-label": words.curve},
      make("div", {class: "kb-curve__sliders"}, ...params.map(({row}) => row), cursor.row),
      ...names.length ? [make("div", {class: "kb-curve__names", role: "group", "aria-label": words.curve_compare}, title, ...names)] : [],
      ...params.length > 1 ? [make("p", {class: "kb-curve__note"}, words.curve_alone)] : [],
      make("div", {class: "kb-curve__foot"}, numbers, reset));
    return {element, params, cursor, names, reset, numbers};
  }

  /** Values and texts of the controls follow the model. @param {Model} model @param {ReturnType<typeof controls>} parts */
  function tell({data, state, sign, spoken, number, x, xDecimals}, {params, cursor, names}) {
    const here = spoken();
    params.forEach(({input, output}, k) => {
      const [param, at] = [data.params[k], state.at[k]];
      output.textContent = minus(String(param.values[at]));
      input.value = at;
      input.setAttribute("aria-valuetext", sign(param, at) + (at === param.default ? words.curve_default : "") + words.curve_and + here);
    });
    cursor.output.textContent = number(x(state.cursor), Math.min(2, xDecimals));
    cursor.input.value = state.cursor;
    cursor.input.setAttribute("aria-valuetext", here);
    names.forEach((button, i) => button.setAttribute("aria-pressed", String(state.others.has(i))));
  }

  /** Draws the curves where the slider is, at once or on a way of some frames. @param {Model} model */
  function glider(model, layers) {
    let [place, frame] = [0, 0];
    const draw = () => layers.forEach(layer => layer.draw(place));
    function step() {
      const goal = model.stop();
      place = calm.matches || Math.abs(goal - place) < 0.02 ? goal : place + (goal - place) * 0.4;
      draw();
      frame = place === goal ? 0 : requestAnimationFrame(step);
    }
    return {
      arrive() { place = model.stop(); draw(); },
      glide() { frame ||= requestAnimationFrame(step); },
    };
  }

  /** What a reader can do. @param {Model} model @param {HTMLElement} box around the pictures @param {string} stem */
  function actions(model, box, layers, update, stem) {
    const {data, state} = model;
    const {arrive, glide} = glider(model, layers);

    /** From the first touch on the live curves are seen. */
    function touch() {
      if (!box.classList.contains("kb-curve--on")) arrive();
      box.classList.add("kb-curve--on");
    }

    /** A parameter moves; one that has a file of its own loads it first, and the others go back. */
    async function move(k, stop) {
      data.params[k].curves ||= await kb.data(`play/${stem}.param-${data.params[k].name}`);
      touch();
      if (k !== state.param) {
        Object.assign(state, {param: k, at: data.params.map(param => param.at)});
        arrive();
      }
      state.at[k] = stop;
      update();
      glide();
    }

    /** Another loss comes or goes; beside several lines there is room for one. */
    function compare(i) {
      touch();
      const on = !state.others.has(i);
      if (data.lines.length > 1) state.others.clear();
      if (on) state.others.add(i); else state.others.delete(i);
      box.classList.toggle("kb-curve--others", state.others.size > 0);
      layers.forEach(layer => layer.compare());
      update();
    }

    function point(place) {
      touch();
      state.cursor = Math.min(Math.max(Math.round(place), 0), LAST);
      update();
    }

    function restore() {
      model.reset();
      layers.forEach(layer => layer.compare());
      update();
      box.classList.remove("kb-curve--on", "kb-curve--others");
    }
    return {move, compare, point, restore};
  }

  /** The pointer moves the cursor. @param {{svg: SVGSVGElement, box: {x: number, width: number}}} layer @param {(place: number) => void} point */
  function follow({svg, box}, point) {
    const moved = ({clientX}) => {
      const {left, width} = svg.getBoundingClientRect();
      point(((clientX - left) * svg.viewBox.baseVal.width / width - box.x) / box.width * LAST);
    };
    svg.addEventListener("pointermove", moved);
    svg.addEventListener("pointerdown", moved);
  }

  /** @param {HTMLElement} figure of the value; that of the slope follows @param {any} data */
  function mount(figure, data) {
    const stem = figure.dataset.kbPlay.split(":")[1];
    const box = figure.parentElement;
    const play = model(data);
    const parts = controls(play);
    const layers = [figure, figure.nextElementSibling].map((each, what) => layer(play, each, what));
    let table = () => {};
    const update = () => { tell(play, parts); layers.forEach(layer => layer.tell()); table(); };
    const {move, compare, point, restore} = actions(play, box, layers, update, stem);

    parts.params.forEach(({input}, k) => {
      input.addEventListener("input", () => move(k, Number(input.value)).catch(() => { input.disabled = true; }));
    });
    parts.cursor.input.addEventListener("input", () => point(Number(parts.cursor.input.value)));
    parts.names.forEach((button, i) => button.addEventListener("click", () => compare(i)));
    parts.reset.addEventListener("click", () => { restore(); parts.element.querySelector("input").focus(); });
    parts.numbers.addEventListener("toggle", async () => {
      table = await kb.start("curve_table", parts.numbers, {play, stem});
    }, {once: true});
    layers.forEach(layer => follow(layer, point));
    update();
    box.append(parts.element);
    box.classList.add("kb-curve--ready");
  }

  kb.feature("curve", mount);
})();
