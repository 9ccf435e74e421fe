/* What playable scenes share: taking a picture over, unpacking samples, contour lines, sliders, choices, and a handle to drag.

   The picture of the page stays as it is: its axes and signs serve, and only the parts that the drawing marked (id "…-live…") make
   room for what is drawn here. In print they return. */
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const LONGEST = 46; // of an arrow, in points, as in the drawing
  const APART = 15; // points between the numbers of two levels, as in the drawing
  let numbered = 0;

  /** An element. @param {string} tag @param {Object<string, any>} [attributes] @param {(Node|string)[]} [children] @returns {any} */
  function html(tag, attributes = {}, children = []) {
    const element = document.createElement(tag);
    set(element, attributes);
    element.append(...children);
    return element;
  }

  /** An element of a drawing. @param {string} tag @param {Object<string, any>} [attributes] @returns {any} */
  function svg(tag, attributes = {}) {
    const element = document.createElementNS(SVG, tag);
    set(element, attributes);
    return element;
  }

  /** @param {Element} element @param {Object<string, any>} attributes */
  function set(element, attributes) {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  }

  /** A number for readers, with a true minus sign. @param {number} value @param {number} [digits] after the point */
  function write(value, digits = 2) {
    const text = value.toFixed(digits);
    return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
  }

  /** The picture with room for what moves. @param {HTMLElement} figure */
  function take(figure) {
    const drawing = figure.querySelector("svg");
    const box = html("div", {class: "kb-stage"});
    const panel = html("div", {class: "kb-panel"});
    drawing.replaceWith(box);
    box.append(drawing);
    figure.append(panel);
    const statics = [...drawing.querySelectorAll("[id*='-live']")];
    const back = svg("g", {class: "kb-live"}), front = svg("g", {class: "kb-live"});
    (statics[0] || drawing.lastChild).before(back);
    drawing.append(front);
    figure.classList.add("kb-played");
    statics.forEach(part => part.classList.add("kb-static"));
    const [, , width, height] = drawing.getAttribute("viewBox").split(" ").map(Number);
    return {figure, box, panel, drawing, back, front, width, height};
  }

  /** Samples from differences, in rows that may become shorter. @param {number[]} packed @param {number[]} lengths of the rows
      @param {[number, number]} scale lowest value and step @returns {Float64Array} */
  function unpack(packed, lengths, [low, step]) {
    const found = new Float64Array(packed.length);
    let above = new Int32Array(lengths[0]), at = 0;
    for (const length of lengths) {
      const here = new Int32Array(length);
      let sum = 0;
      for (let i = 0; i < length; i++, at++) {
        sum += packed[at];
        here[i] = above[i] + sum;
        found[at] = low + step * here[i];
      }
      above = here;
    }
    return found;
  }

  /** Contour lines on triangles. Around the samples lies a ring of nodes below every level, so that each line closes.
      @param {{points: [number, number][], triangles: number[][], sample: number[]}} mesh `sample`: a node's number among the values,
      -1 for the ring @param {ArrayLike<number>} values @param {number} level @returns {{fill: string, line: string}} paths */
  function contour(mesh, values, level) {
    const height = node => mesh.sample[node] < 0 ? -Infinity : values[mesh.sample[node]];
    const size = mesh.points.length, next = new Map(), places = new Map();
    /* Where the line crosses an edge, from its higher node to its lower one. */
    const cross = (inside, outside) => {
      const key = inside < outside ? inside * size + outside : outside * size + inside;
      if (!places.has(key)) {
        const border = mesh.sample[outside] < 0;
        const [a, b] = [mesh.points[inside], mesh.points[outside]];
        const share = border ? 0 : (height(inside) - level) / (height(inside) - height(outside));
        places.set(key, {x: a[0] + share * (b[0] - a[0] || 0), y: a[1] + share * (b[1] - a[1] || 0), border});
      }
      return key;
    };
    for (const triangle of mesh.triangles) {
      const within = triangle.map(node => height(node) >= level);
      if (within[0] === within[1] && within[1] === within[2]) continue;
      let leave = 0, enter = 0;
      for (let i = 0; i < 3; i++) {
        const j = (i + 1) % 3;
        if (within[i] && !within[j]) leave = cross(triangle[i], triangle[j]);
        if (!within[i] && within[j]) enter = cross(triangle[j], triangle[i]);
      }
      next.set(leave, enter);
    }
    return paths(next, places);
  }

  /** Loops from their links; the border of the samples belongs to the area, not to the line. */
  function paths(next, places) {
    let fill = "", line = "";
    while (next.size) {
      const start = next.keys().next().value;
      let key = start, before = null;
      do {
        const {x, y, border} = places.get(key), point = `${x.toFixed(1)} ${y.toFixed(1)}`;
        fill += (before ? "L" : "M") + point;
        line += (before && !(border && before.border) ? "L" : "M") + point;
        before = places.get(key);
        const following = next.get(key);
        next.delete(key);
        key = following;
      } while (key !== undefined && key !== start);
      fill += "Z";
      const first = places.get(start);
      if (!(first.border && before.border)) line += `L${first.x.toFixed(1)} ${first.y.toFixed(1)}`;
    }
    return {fill, line};
  }

  /** Layers of one colour over what is higher than each level. @param {SVGGElement} layer @param {any} mesh
      @param {ArrayLike<number>} values @param {number[]} levels */
  function heights(layer, mesh, values, levels) {
    layer.replaceChildren(...levels.flatMap(level => {
      const {fill, line} = contour(mesh, values, level);
      return fill ? [svg("path", {d: fill, class: "kb-height"}), svg("path", {d: line, class: "kb-level"})] : [];
    }));
  }

  /** The number of each level where it first crosses a straight way. @param {SVGGElement} layer @param {[number, number][]} way
      @param {number[]} values along it @param {number[]} levels */
  function signs(layer, [from, to], values, levels) {
    let last = [-Infinity, -Infinity];
    layer.replaceChildren(...levels.flatMap(level => {
      const i = values.findIndex((value, k) => k + 1 < values.length && (value >= level) !== (values[k + 1] >= level));
      if (i < 0) return [];
      const share = (i + (level - values[i]) / (values[i + 1] - values[i])) / (values.length - 1);
      const [x, y] = [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
      if (Math.hypot(x - last[0], y - last[1]) < APART) return [];
      last = [x, y];
      const text = svg("text", {class: "kb-sign", x, y});
      text.textContent = level < 1e-5 ? "0" : String(level);
      return [text];
    }));
  }

  /** An arrow that can be moved. @param {SVGGElement} layer @param {number} reach the slope with the longest arrow */
  function arrow(layer) {
    const shaft = svg("path", {class: "kb-shaft"}), head = svg("path", {class: "kb-head"});
    layer.append(shaft, head);
    /** @param {number} x @param {number} y @param {number} dx towards the right @param {number} dy downwards */
    return (x, y, dx, dy) => {
      const length = Math.hypot(dx, dy), hidden = length < 1.5;
      for (const part of [shaft, head]) part.style.visibility = hidden ? "hidden" : "";
      if (hidden) return;
      const [u, v] = [dx / length, dy / length], tip = [x + dx, y + dy], size = Math.min(7, length), foot = [tip[0] - size * u, tip[1] - size * v];
      const wing = 0.53 * size;
      shaft.setAttribute("d", `M${x} ${y}L${foot}`);
      head.setAttribute("d", `M${tip}L${foot[0] - wing * v} ${foot[1] + wing * u}L${foot[0] + wing * v} ${foot[1] - wing * u}Z`);
    };
  }

  /** An arrow's components for a slope. @param {number[]} slope @param {number} reach @returns {number[]} in points */
  function push(slope, reach) {
    const size = Math.hypot(...slope);
    return slope.map(part => size ? LONGEST * Math.min(size / reach, 1) * part / size : 0);
  }

  /** A slider over the places of a list. @param {{sign: string, name?: string, values: number[], index: number,
      shown?: (i: number) => string, spoken?: (i: number) => string, changed: (i: number) => void}} options */
  function slider({sign, name = sign, values, index, shown = i => String(values[i]), spoken = () => "", changed}) {
    const input = html("input", {type: "range", min: 0, max: values.length - 1, step: 1, value: index, "aria-label": name});
    const number = html("output", {class: "kb-number", "aria-hidden": "true"});
    const show = () => {
      number.textContent = `${sign} = ${shown(Number(input.value))}`;
      input.setAttribute("aria-valuetext", number.textContent + spoken(Number(input.value)));
    };
    input.addEventListener("input", () => { show(); changed(Number(input.value)); });
    show();
    return html("label", {class: "kb-slider"}, [number, input]);
  }

  /** One of several. @param {{name: string, labels: string[], index: number, changed: (i: number) => void}} options */
  function choice({name, labels, index, changed}) {
    const group = `kb-choice-${numbered++}`;
    const buttons = labels.map((words, i) => {
      const input = html("input", {type: "radio", name: group, value: i});
      input.checked = i === index;
      input.addEventListener("change", () => changed(i));
      return html("label", {}, [input, html("span", {}, [words])]);
    });
    return html("div", {class: "kb-choice", role: "radiogroup", "aria-label": name}, buttons);
  }

  /** Something in the picture that is dragged, or moved by the arrow keys; a tap elsewhere calls it.
      @param {ReturnType<typeof take>} stage @param {{name: string, move: (x: number, y: number) => void,
      step: (dx: number, dy: number, far: boolean) => void}} options `move` gets points of the sheet */
  function handle(stage, {name, move, step}) {
    const element = html("div", {
      class: "kb-handle", tabindex: 0, role: "slider", "aria-label": name, "aria-roledescription": kb.words.scene_slider, "aria-valuenow": 0,
    });
    stage.box.append(element);
    let held = null;
    const point = event => {
      const box = stage.drawing.getBoundingClientRect();
      return [(event.clientX - box.left) / box.width * stage.width, (event.clientY - box.top) / box.height * stage.height];
    };
    /* What was grasped beside its middle keeps that distance. */
    element.addEventListener("pointerdown", event => {
      if (event.button) return;
      const middle = element.getBoundingClientRect();
      held = [event.clientX - middle.left - middle.width / 2, event.clientY - middle.top - middle.height / 2];
      element.setPointerCapture(event.pointerId);
      element.focus({preventScroll: true});
      event.preventDefault();
      event.stopPropagation();
    });
    element.addEventListener("pointermove", event => {
      if (held) move(...point({clientX: event.clientX - held[0], clientY: event.clientY - held[1]}));
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) element.addEventListener(end, () => { held = null; });
    stage.box.addEventListener("pointerdown", event => {
      if (event.pointerType !== "mouse" || event.button) return;
      move(...point(event));
      held = [0, 0];
      element.setPointerCapture(event.pointerId);
      element.focus({preventScroll: true});
      event.preventDefault();
    });
    stage.box.addEventListener("click", event => { if (event.target !== element && event.pointerType === "touch") move(...point(event)); });
    const keys = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]};
    element.addEventListener("keydown", event => {
      const way = keys[event.key];
      if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      step(...way, event.shiftKey);
    });
    return {
      element,
      /** @param {number} x @param {number} y middle, in points @param {string} text what a screen reader says @param {number} now */
      place(x, y, text, now) {
        element.style.left = `${100 * x / stage.width}%`;
        element.style.top = `${100 * y / stage.height}%`;
        set(element, {"aria-valuetext": text, "aria-valuenow": now});
      },
    };
  }

  /** A row of numbers, each written into its own place. @param {HTMLElement} panel @param {number} count
      @returns {(texts: string[]) => void} */
  function readout(panel, count) {
    const places = Array.from({length: count}, () => html("span"));
    panel.append(html("p", {class: "kb-readout"}, places));
    return texts => texts.forEach((text, i) => { places[i].textContent = text; });
  }

  kb.give("modules/stage", {html, svg, set, write, take, unpack, heights, signs, arrow, push, slider, choice, handle, readout});
})();
