/* Curves that move. The static pictures of the value and of the slope stay as they are; this draws over them, in their own axes.

   Every number comes from NumPy (kbgen/play/curves.py): whole units of a decimal place, as second differences along x. A slider stops
   only where there are numbers, and the curve glides from stop to stop, so that what stands still is never interpolated. */
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const MARK = ["ℓ", "ℓ′"];
  const LAST = 240;
  const ROW = 10; // of the table: every tenth sample
  const GAP = 13.7; // between labels at the ends of lines, as in the static picture
  const STYLES = [["--p-c1", ""], ["--p-c2", "11 4.4"], ["--p-c3", "3.3 3.3"], ["--p-c4", "13.2 4.4 3.3 4.4"]];
  const OTHERS = [...STYLES.slice(1), ["--p-c2", "1 5"], ["--p-c3", "9 3 1 3"], ["--p-c4", "6 6"]];
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const words = kb.words;

  /**
   * @typedef {{units: Int32Array, starts: Set<number>, holes: Set<number>}} Curve samples, where strokes begin, where there is no value
   * @typedef {[Curve, Curve][]} Bundle value and slope of each line
   * @typedef {{svg: SVGSVGElement, box: {x: number, y: number, width: number, height: number}, low: number, scale: number}} Panel
   */

  /** An element with attributes and children. @param {string} tag @param {Object<string, any>} [given] @param {...(Node|string)} inside */
  function make(tag, given = {}, ...inside) {
    const element = ["svg", "g", "path", "circle", "text", "tspan"].includes(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
    Object.entries(given).forEach(([name, value]) => element.setAttribute(name, value));
    element.append(...inside);
    return element;
  }

  /** @param {[number[], number[]]} packed second differences, and where strokes begin @returns {Curve} */
  function unpack([differences, places]) {
    const units = new Int32Array(differences.length);
    let [value, step] = [0, 0];
    differences.forEach((difference, i) => { step += difference; value += step; units[i] = value; });
    return {units, starts: new Set(places.filter(i => i > 0)), holes: new Set(places.filter(i => i < 0).map(i => -i - 1))};
  }

  /** The axes of a static picture, read from its clip path. @param {HTMLElement} figure @returns {Panel} */
  function panel(figure, [low, high]) {
    const svg = figure.querySelector("svg");
    const rect = svg.querySelector("clipPath rect");
    const [x, y, width, height] = ["x", "y", "width", "height"].map(name => Number(rect.getAttribute(name)));
    return {svg, clip: rect.parentElement.id, box: {x, y, width, height}, low, scale: height / (high - low)};
  }

  /** A number as people write it: a true minus sign. @param {number} value @param {number} decimals */
  const number = (value, decimals) => value.toFixed(decimals).replace(/^-(?=0\.?0*$)/, "").replace("-", "−");

  /** What the model knows: which curves are shown, and every number in words. @param {any} data */
  function model(data) {
    const cache = new Map();
    const one = (name, packed) => {
      if (!cache.has(name)) cache.set(name, packed.map(pair => pair.map(unpack)));
      return cache.get(name);
    };
    const state = {param: data.params.length ? 0 : -1, at: data.params.map(param => param.at), cursor: 180, others: new Set()};
    const [from, to] = data.range;
    const x = i => from + (to - from) * i / LAST;
    const xDecimals = Math.max(0, 2 - Math.floor(Math.log10(to - from)));

    /** The curves at a stop of the slider in use. @param {number} stop @returns {Bundle} */
    const bundle = stop => state.param < 0 ? one("", data.curves) : one(`${state.param}/${stop}`, data.params[state.param].curves[stop]);
    const other = i => one(`other ${i}`, data.others[i].curves);

    /** A number of a curve in words or signs. @param {Curve} curve @param {0|1} what @param {number} i @param {number} decimals @param {boolean} [spoken] */
    function read(curve, what, i, decimals, spoken) {
      if (curve.holes.has(i)) return spoken ? words.curve_undefined : "–";
      const [low, high] = data.bounds[what];
      const units = curve.units[i];
      const beyond = units >= high ? (spoken ? words.curve_more : "> ") : units <= low ? (spoken ? words.curve_less : "< ") : "";
      return beyond + number(units / 10 ** data.decimals[what], decimals);
    }

    /** The stop of the slider in use. */
    const stop = () => state.param < 0 ? 0 : state.at[state.param];
    const sign = (param, stop) => `${param.sign} = ${String(param.values[stop]).replace("-", "−")}`;
    const setting = () => state.param < 0 ? "" : sign(data.params[state.param], stop());

    /** Label and curves of everything that is shown. @returns {{label: string, line: number, other: number, pair: [Curve, Curve]}[]} */
    function shown() {
      const own = bundle(stop()).map((pair, line) => ({label: data.lines[line] || setting(), line, other: -1, pair}));
      const rest = [...state.others].flatMap(i => other(i).map((pair, line) => ({
        label: [nameOf(data.others[i]), data.lines[line]].filter(Boolean).join(" "), line, other: i, pair,
      })));
      return [...own, ...rest];
    }

    /** Everything at the cursor, to be spoken. */
    function spoken() {
      const each = shown().map(({label, pair}) => {
        const values = pair.map((curve, what) => `${MARK[what]} = ${read(curve, what, state.cursor, data.decimals[what] - 1, true)}`);
        return (label && label !== setting() ? `${label}: ` : "") + values.join(words.curve_and);
      });
      return words.curve_at.replace("{x}", `${data.x} = ${number(x(state.cursor), xDecimals)}`) + each.join(words.curve_next);
    }
    return {data, state, x, xDecimals, bundle, other, read, stop, sign, setting, shown, spoken};
  }

  const nameOf = other => other.name[document.documentElement.lang.slice(0, 2)] || other.name.en;

  /** The path of a curve between two stops. @param {Panel} panel @param {Curve} a @param {Curve} b @param {number} t share of b @param {number} unit */
  function path({box, low, scale}, a, b, t, unit) {
    const bottom = box.y + box.height + low * scale;
    const near = t < 0.5 ? a : b;
    const step = box.width / LAST;
    let d = "";
    let pen = "M";
    for (let i = 0; i <= LAST; i++) {
      if (near.holes.has(i)) { pen = "M"; continue; }
      if (near.starts.has(i)) pen = "M";
      const units = a.units[i] + (b.units[i] - a.units[i]) * t;
      d += `${pen}${Math.round((box.x + step * i) * 10) / 10} ${Math.round((bottom - units * unit * scale) * 10) / 10}`;
      pen = "L";
    }
    return d;
  }

  /** What is drawn over one static picture. @param {ReturnType<typeof model>} model @param {Panel} panel @param {0|1} what */
  function layer(model, panel, what) {
    const {data, state} = model;
    const {svg, box} = panel;
    const unit = 10 ** -data.decimals[what];
    const swept = data.lines.length === 1 && data.params.some(param => param.ticks.length);
    const stroke = ([colour, dash], width) => `fill:none;stroke:var(${colour});stroke-width:${width};stroke-dasharray:${dash || "none"};stroke-linecap:${dash ? "butt" : "round"}`;
    const styles = data.lines.map((_, line) => swept ? ["--p-fg", ""] : STYLES[line % 4]);
    const own = styles.map(style => make("path", {class: "kb-curve__own", style: stroke(style, swept ? 2.6 : 2.2)}));
    const others = data.others.map((_, i) => data.lines.map((_, line) => make("path", {
      class: "kb-curve__other", style: data.lines.length > 1 ? stroke([styles[line][0], "1 4"], 2.2).replace("butt", "round") : stroke(OTHERS[i], 2), visibility: "hidden",
    })));
    const hair = make("path", {class: "kb-curve__hair", d: `M0 ${box.y}V${box.y + box.height}`});
    const dots = make("g");
    const readout = make("text", {class: "kb-curve__readout", x: box.x + box.width, y: 11, "text-anchor": "end"});
    const labels = swept || data.lines[0] ? data.lines.map((_, line) => make("text", {class: "kb-curve__label", style: `fill:var(${styles[line][0]})`, x: box.x + box.width + 5})) : [];
    const clipped = make("g", {"clip-path": `url(#${panel.clip})`}, ...others.flat(), ...own, hair);
    svg.append(make("g", {class: "kb-curve__layer", "aria-hidden": "true"}, clipped, dots, readout, ...labels));
    const ghosts = adopt(svg, swept);

    const height = units => box.y + box.height - (units * unit - panel.low) * panel.scale;
    const inside = y => Math.min(Math.max(y, box.y), box.y + box.height);

    /** Labels stand at the ends of their lines, pushed apart; what they would cover of the static ones goes. @param {Bundle} bundle */
    function label(bundle) {
      const ends = bundle.map((pair, line) => ({line, y: inside(height(pair[what].units[LAST]))})).sort((p, q) => q.y - p.y);
      ends.forEach((end, k) => { if (k) end.y = Math.min(end.y, ends[k - 1].y - GAP); });
      [...ends].reverse().forEach((end, k, up) => { end.y = Math.max(end.y, k ? up[k - 1].y + GAP : box.y); });
      ends.forEach(({line, y}) => {
        labels[line].textContent = data.lines[line] || model.setting();
        labels[line].setAttribute("y", y + 4);
        ghosts.forEach(ghost => ghost.classList.toggle("kb-curve__covered", Math.abs(ghost.dataset.y - y - 4) < GAP));
      });
    }

    /** Curves at a place between stops. @param {number} place */
    function draw(place) {
      const stop = Math.floor(place);
      const [a, b] = [model.bundle(stop), place > stop ? model.bundle(stop + 1) : model.bundle(stop)];
      own.forEach((line, k) => line.setAttribute("d", path(panel, a[k][what], b[k][what], place - stop, unit)));
    }

    /** Which other losses are drawn. */
    function compare() {
      others.forEach((lines, i) => lines.forEach((line, k) => {
        if (state.others.has(i) && !line.hasAttribute("d")) {
          const curve = model.other(i)[k][what];
          line.setAttribute("d", path(panel, curve, curve, 0, unit));
        }
        line.setAttribute("visibility", state.others.has(i) ? "visible" : "hidden");
      }));
    }

    const colour = ({line, other}) => other < 0 || data.lines.length > 1 ? styles[line][0] : OTHERS[other][0];

    /** The line, the dots and the numbers at the cursor. */
    function point() {
      const shown = model.shown();
      const x = box.x + box.width * state.cursor / LAST;
      hair.setAttribute("transform", `translate(${x} 0)`);
      while (dots.childElementCount < shown.length) dots.append(make("circle", {r: 3.6}));
      while (dots.childElementCount > shown.length) dots.lastChild.remove();
      const numbers = shown.map((each, k) => {
        const y = height(each.pair[what].units[state.cursor]);
        const [dot, fill] = [dots.children[k], `var(${colour(each)})`];
        dot.setAttribute("style", `fill:${fill}`);
        dot.setAttribute("transform", `translate(${x} ${y})`);
        dot.setAttribute("visibility", each.pair[what].holes.has(state.cursor) || y !== inside(y) ? "hidden" : "visible");
        const tspan = make("tspan", {style: `fill:${fill}`});
        tspan.textContent = model.read(each.pair[what], what, state.cursor, data.decimals[what] - (shown.length > 4 ? 2 : 1));
        return tspan;
      });
      const head = `${MARK[what]}(${number(model.x(state.cursor), Math.min(2, model.xDecimals))}) = `;
      readout.replaceChildren(head, ...numbers.flatMap((tspan, k) => k ? ["  ", tspan] : [tspan]));
    }
    return {svg, box, draw, compare, point, label: labels.length ? label : () => {}};
  }

  /** Marks the static lines and labels, which fade when the live ones come. @returns {SVGTextElement[]} labels that may be covered */
  function adopt(svg, swept) {
    const lines = [...svg.querySelectorAll('path[style*="stroke: var(--p-c"]')];
    const labels = [...svg.querySelectorAll('text[style*="fill: var(--p-c"]')];
    [...lines, ...labels].forEach(part => part.classList.add(swept ? "kb-curve__ghost" : "kb-curve__still"));
    labels.forEach(text => { text.dataset.y = text.getAttribute("y"); });
    return swept ? labels : [];
  }

  /** A slider with its name, its value and its ticks. */
  function slider(name, label, max, at) {
    const [head, tail] = name.split(/_(?=.)/);
    const input = make("input", {type: "range", min: 0, max, step: 1, "aria-label": label, autocomplete: "off"});
    input.value = at;
    const output = make("span", {class: "kb-curve__value"});
    const ticks = make("span", {class: "kb-curve__ticks"});
    const sign = make("span", {class: "kb-curve__sign"}, head, ...tail ? [make("sub", {}, tail)] : []);
    return {input, output, ticks, row: make("label", {class: "kb-curve__slider", "aria-hidden": "false"}, sign, make("span", {class: "kb-curve__track"}, input, ticks), output)};
  }

  /** Numbers under a slider where the picture has a curve, and a mark at the default. */
  function tick(ticks, param) {
    const last = param.values.length - 1;
    [...new Set([...param.ticks, param.default, ...param.ticks.length ? [] : [0, last]])].filter(stop => stop >= 0).forEach(stop => {
      const mark = make("span", {class: stop === param.default ? "kb-curve__tick kb-curve__tick--default" : "kb-curve__tick", style: `--at:${stop / last}`});
      mark.textContent = String(param.values[stop]).replace("-", "−");
      ticks.append(mark);
    });
  }

  /** Column heads and rows of everything shown, every `step` samples. @param {ReturnType<typeof model>} model */
  function table(model, step, write) {
    const shown = model.shown();
    const heads = [model.data.x, ...shown.flatMap(({label}) => MARK.map(mark => label ? `${mark} (${label})` : mark))];
    const rows = [];
    for (let i = 0; i <= LAST; i += step) rows.push([write.x(i), ...shown.flatMap(({pair}) => pair.map((curve, what) => write.y(curve, what, i)))]);
    return [heads, ...rows];
  }

  /** The rows for people. */
  const written = model => table(model, ROW, {
    x: i => number(model.x(i), model.xDecimals), y: (curve, what, i) => model.read(curve, what, i, model.data.decimals[what]),
  });

  /** The rows for programs: what is beyond the picture stays empty. */
  function csv(model) {
    const {bounds, decimals} = model.data;
    const kept = (curve, what, i) => !curve.holes.has(i) && curve.units[i] > bounds[what][0] && curve.units[i] < bounds[what][1];
    const rows = table(model, 1, {
      x: i => Number(model.x(i).toPrecision(12)), y: (curve, what, i) => kept(curve, what, i) ? (curve.units[i] / 10 ** decimals[what]).toFixed(decimals[what]) : "",
    });
    return `\ufeff${rows.map(row => row.map(cell => /[",]/.test(cell) ? `"${cell}"` : cell).join(",")).join("\r\n")}\r\n`;
  }

  /** Hand a text over as a file; works from a disk. */
  function download(name, text) {
    const link = make("a", {href: URL.createObjectURL(new Blob([text], {type: "text/csv;charset=utf-8"})), download: name});
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  /** The fold with the table and the file. @param {ReturnType<typeof model>} model @param {string} stem */
  function numbers(model, stem) {
    const body = make("table", {class: "kb-curve__table"});
    const button = make("button", {type: "button", class: "kb-curve__button"}, words.curve_csv);
    const scroll = make("div", {class: "kb-curve__scroll", tabindex: 0, role: "region", "aria-label": words.curve_table}, body);
    const fold = make("details", {class: "kb-curve__numbers"}, make("summary", {}, words.curve_table), button, scroll);
    function update() {
      if (!fold.open) return;
      const [heads, ...rows] = written(model);
      const head = make("thead", {}, make("tr", {}, ...heads.map(cell => make("th", {scope: "col"}, cell))));
      body.replaceChildren(head, make("tbody", {}, ...rows.map(row => make("tr", {}, ...row.map(cell => make("td", {}, cell))))));
    }
    button.addEventListener("click", () => download(`${[stem, ...model.setting() ? [fileName(model)] : []].join("-")}.csv`, csv(model)));
    fold.addEventListener("toggle", update);
    return {fold, update};
  }

  const fileName = ({data, state}) => `${data.params[state.param].name}-${data.params[state.param].values[state.at[state.param]]}`;

  /** A button per loss that takes the same inputs. */
  function names(model, press) {
    const lines = model.data.lines.length > 1;
    const buttons = model.data.others.map((other, i) => {
      const [colour, dash] = lines ? ["--p-fg", "1 4"] : OTHERS[i];
      const sample = make("svg", {viewBox: "0 0 24 8", "aria-hidden": "true"}, make("path", {d: "M2 4H22", style: `stroke:var(${colour});stroke-width:2.2;stroke-dasharray:${dash || "none"};stroke-linecap:${lines ? "round" : "butt"}`}));
      const button = make("button", {type: "button", class: "kb-curve__name", "aria-pressed": "false"}, sample, nameOf(other), ...other.params ? [make("small", {}, other.params)] : []);
      button.addEventListener("click", () => press(i));
      return button;
    });
    const title = make("span", {class: "kb-curve__title"}, words.curve_compare);
    return {buttons, row: make("div", {class: "kb-curve__names", role: "group", "aria-label": words.curve_compare}, title, ...buttons)};
  }

  /** @param {HTMLElement} figure of the value; that of the slope follows @param {any} data */
  function mount(figure, data) {
    const stem = figure.dataset.kbPlay.split(":")[1];
    const box = figure.parentElement;
    const play = model(data);
    const {state} = play;
    const layers = [figure, figure.nextElementSibling].map((each, what) => layer(play, panel(each, data.limits[what]), what));
    const params = data.params.map(param => slider(param.sign, `${words.curve_parameter} ${param.sign} (${param.name})`, param.values.length - 1, param.at));
    const position = slider(data.x, `${words.curve_position} ${data.x}`, LAST, state.cursor);
    const others = names(play, press);
    const table = numbers(play, stem);
    const reset = make("button", {type: "button", class: "kb-curve__button kb-curve__reset"}, words.curve_reset);
    let [place, frame] = [0, 0];

    /** The curves at the stop where the slider is, at once. */
    const arrive = () => { place = play.stop(); layers.forEach(layer => layer.draw(place)); };

    /** A frame of the way to the stop where the slider is. */
    function glide() {
      const goal = play.stop();
      place = still.matches || Math.abs(goal - place) < 0.02 ? goal : place + (goal - place) * 0.4;
      layers.forEach(layer => layer.draw(place));
      frame = place === goal ? 0 : requestAnimationFrame(glide);
    }

    /** Texts of everything, once the state is new. */
    function tell() {
      const at = play.spoken();
      params.forEach(({input, output}, k) => {
        const param = data.params[k];
        const mark = state.at[k] === param.default ? words.curve_default : "";
        output.textContent = String(param.values[state.at[k]]).replace("-", "−");
        input.value = state.at[k];
        input.setAttribute("aria-valuetext", play.sign(param, state.at[k]) + mark + words.curve_and + at);
      });
      position.output.textContent = number(play.x(state.cursor), Math.min(2, play.xDecimals));
      position.input.value = state.cursor;
      position.input.setAttribute("aria-valuetext", at);
      layers.forEach(layer => { layer.point(); layer.label(play.bundle(play.stop())); });
      table.update();
    }

    /** From now on the live curves are seen. */
    function touch() {
      if (!box.classList.contains("kb-curve--on")) {
        arrive();
        box.classList.add("kb-curve--on");
      }
    }

    /** A slider of a parameter was moved; those with a file of their own load it first. */
    async function move(k, stop) {
      touch();
      if (!data.params[k].curves) data.params[k].curves = await kb.data(`play/${stem}.param-${data.params[k].name}`);
      if (k !== state.param) {
        state.at = data.params.map(param => param.at);
        [state.param, place] = [k, state.at[k]];
      }
      state.at[k] = stop;
      tell();
      frame ||= requestAnimationFrame(glide);
    }

    function press(i) {
      touch();
      const alone = data.lines.length > 1;
      if (state.others.has(i)) state.others.delete(i);
      else { if (alone) state.others.clear(); state.others.add(i); }
      others.buttons.forEach((button, k) => button.setAttribute("aria-pressed", String(state.others.has(k))));
      box.classList.toggle("kb-curve--others", state.others.size > 0);
      layers.forEach(layer => layer.compare());
      tell();
    }

    function point(cursor) {
      touch();
      box.classList.add("kb-curve--point");
      state.cursor = Math.min(Math.max(Math.round(cursor), 0), LAST);
      tell();
    }

    function restore() {
      Object.assign(state, {param: data.params.length ? 0 : -1, at: data.params.map(param => param.at), cursor: 180});
      [...state.others].forEach(press);
      tell();
      arrive();
      box.classList.remove("kb-curve--on", "kb-curve--point");
      params.concat(position)[0].input.focus();
    }

    params.forEach(({input, ticks}, k) => {
      tick(ticks, data.params[k]);
      input.addEventListener("input", () => move(k, Number(input.value)).catch(() => { input.disabled = true; }));
    });
    position.input.addEventListener("input", () => point(Number(position.input.value)));
    reset.addEventListener("click", restore);
    layers.forEach(({svg, box: {x, width}}) => {
      const follow = event => {
        const {left, width: wide} = svg.getBoundingClientRect();
        point(((event.clientX - left) * svg.viewBox.baseVal.width / wide - x) / width * LAST);
      };
      svg.addEventListener("pointermove", follow);
      svg.addEventListener("pointerdown", follow);
    });

    const note = data.params.length > 1 ? [make("p", {class: "kb-curve__note"}, words.curve_alone)] : [];
    box.append(make("div", {class: "kb-curve", role: "group", "aria-label": words.curve},
      make("div", {class: "kb-curve__sliders"}, ...params.map(({row}) => row), position.row),
      ...data.others.length ? [others.row] : [], ...note, make("div", {class: "kb-curve__foot"}, table.fold, reset)));
    box.classList.add("kb-curve--ready");
    tell();
  }

  kb.feature("curve", mount);
})();
