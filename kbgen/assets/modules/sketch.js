/* Small pictures of curves out of samples that Python wrote: axes, lines, names at their ends. Draws what it is given, computes no loss.

   kb.start("sketch", box, {lines, window, x, title, alt}): each line is {data: [least, greatest, steps up or null ...],
   range: [x of the first sample, x of the last], colour: 1 to 4, name}. `window` is the stretch of x to show. */
(() => {
  "use strict";
  const SPACE = "http://www.w3.org/2000/svg";
  const STEPS = 9999;
  const DASHES = ["", "6 3", "2 3", "8 3 2 3"];
  const WIDE = 340, HIGH = 220, LEFT = 40, RIGHT = 326, TOP = 22, BOTTOM = 186;
  let count = 0;

  /** @param {string} tag @param {Object<string, any>} [given] @param {string} [text] @returns {SVGElement} */
  function node(tag, given = {}, text = "") {
    const made = document.createElementNS(SPACE, tag);
    Object.entries(given).forEach(([name, value]) => made.setAttribute(name, value));
    made.textContent = text;
    return made;
  }

  /** The points of a line inside a window; y is null at a gap. @returns {{x: number, y: ?number}[]} */
  function points({data: [low, high, ...steps], range}, [from, to]) {
    const wide = (range[1] - range[0]) / (steps.length - 1);
    let height = 0;
    return steps
      .map((step, i) => ({x: range[0] + i * wide, y: step === null ? null : low + (high - low) * (height += step) / STEPS}))
      .filter(({x}) => x >= from - 1e-9 && x <= to + 1e-9);
  }

  /** Round numbers inside a stretch, about five. @param {number} low @param {number} high @returns {number[]} */
  function ticks(low, high) {
    const rough = (high - low) / 5;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * ([1, 2, 5].find(factor => factor * power >= rough) || 10);
    const first = Math.ceil(low / step - 1e-9);
    return Array.from({length: Math.floor(high / step + 1e-9) - first + 1}, (_, i) => (first + i) * step);
  }

  /** @param {number} value @returns {string} */
  const shown = value => String(+value.toPrecision(6)).replace("-", "−");

  /** The farthest of some ends; one that runs away from all others is cut at three times the next. @param {number[]} ends all of one sign */
  function farthest(ends) {
    const sizes = ends.filter(Number.isFinite).map(Math.abs).sort((a, b) => b - a);
    return sizes.length > 1 && sizes[0] > 3 * sizes[1] + 1 && sizes[1] > 0.1 ? 3 * sizes[1] : sizes[0] || 0;
  }

  /** Limits of y that hold the lines and zero, with some air. */
  function limits(lines) {
    const high = farthest(lines.map(line => Math.max(0, ...line.map(({y}) => y))));
    const low = -farthest(lines.map(line => Math.min(0, ...line.map(({y}) => y))));
    if (high - low < 1e-9) return [-1, 1];
    const air = 0.06 * (high - low);
    return [low - air, high + air];
  }

  /** Units to pixels. @param {number[]} window @param {number[]} bounds */
  function scales([from, to], [low, high]) {
    return {
      x: v => LEFT + (v - from) / (to - from) * (RIGHT - LEFT),
      y: v => BOTTOM - (v - low) / (high - low) * (BOTTOM - TOP),
    };
  }

  /** @param {{x: number, y: ?number}[]} line @returns {string} */
  function path(line, at) {
    let pen = "M";
    return line.map(({x, y}) => {
      if (y === null) { pen = "M"; return ""; }
      const step = `${pen}${at.x(x).toFixed(1)} ${at.y(y).toFixed(1)}`;
      pen = "L";
      return step;
    }).join("");
  }

  /** Grid, numbers and names of the axes. */
  function axes(svg, at, window, bounds, {x, title}) {
    for (const value of ticks(...bounds)) {
      const zero = Math.abs(value) < 1e-12;
      svg.append(node("path", {d: `M${LEFT} ${at.y(value)}H${RIGHT}`, class: zero ? "kb-sketch__zero" : "kb-sketch__grid"}));
      svg.append(node("text", {x: LEFT - 6, y: at.y(value) + 4, "text-anchor": "end"}, shown(value)));
    }
    for (const value of ticks(...window)) {
      svg.append(node("path", {d: `M${at.x(value)} ${TOP}V${BOTTOM}`, class: "kb-sketch__grid"}));
      svg.append(node("text", {x: at.x(value), y: BOTTOM + 14, "text-anchor": "middle"}, shown(value)));
    }
    svg.append(node("text", {x: (LEFT + RIGHT) / 2, y: HIGH - 4, "text-anchor": "middle", class: "kb-sketch__name"}, x));
    svg.append(node("text", {x: LEFT, y: 13, class: "kb-sketch__name"}, title));
  }

  /** Where the lines end on one side, from the top. @param {number} side 0 for the left, -1 for the right */
  function ends(lines, at, side) {
    return lines.filter(({name}) => name).map(({line, name, colour}) => {
      const last = line.filter(({y}) => y !== null).at(side) || {y: 0};
      return {name, colour, y: Math.min(BOTTOM - 4, Math.max(TOP + 8, at.y(last.y) - 5))};
    }).sort((a, b) => a.y - b.y);
  }

  const leastGap = labels => Math.min(...labels.slice(1).map(({y}, i) => y - labels[i].y));

  /** Names at the ends of the lines, on the side where these lie farther apart; pushed apart where they would still touch. */
  function nameEnds(svg, lines, at) {
    const [left, right] = [ends(lines, at, 0), ends(lines, at, -1)];
    const toTheLeft = leastGap(right) < 14 && leastGap(left) > leastGap(right);
    const labels = toTheLeft ? left : right;
    labels.forEach((label, i) => { if (i) label.y = Math.max(label.y, labels[i - 1].y + 13); });
    const place = toTheLeft ? {x: LEFT + 4, "text-anchor": "start"} : {x: RIGHT - 3, "text-anchor": "end"};
    labels.forEach(({name, colour, y}) => svg.append(
      node("text", {...place, y, class: "kb-sketch__end", style: `fill:var(--p-c${colour})`}, name)));
  }

  /** The value of a line at x, between two samples by a straight line; null at a gap. @returns {?number} */
  function read(line, where) {
    const next = line.findIndex(({x}) => x >= where - 1e-9);
    if (next < 0) return null;
    const [b, a] = [line[next], line[Math.max(0, next - 1)]];
    if (a === b || Math.abs(b.x - where) < 1e-9) return b.y;
    return a.y === null || b.y === null ? null : a.y + (b.y - a.y) * (where - a.x) / (b.x - a.x);
  }

  /** The drawing area, outside of which nothing of a line shows. @returns {SVGElement} */
  function area(svg) {
    const id = `kb-clip-${++count}`;
    const frame = node("clipPath", {id});
    frame.append(node("rect", {x: LEFT, y: TOP - 2, width: RIGHT - LEFT, height: BOTTOM - TOP + 4}));
    const inside = node("g", {"clip-path": `url(#${id})`});
    svg.append(frame, inside);
    return inside;
  }

  /** Draw into a box. @returns {{mark: (x: number) => (?number)[]}} `mark` moves a cursor and gives the values of the lines there */
  function draw(box, {lines, window, x, title, alt}) {
    const svg = node("svg", {viewBox: `0 0 ${WIDE} ${HIGH}`, class: "kb-sketch", role: "img", "aria-label": alt});
    const drawn = lines.map(given => ({...given, line: points(given, window)}));
    const bounds = limits(drawn.map(({line}) => line));
    const at = scales(window, bounds);
    axes(svg, at, window, bounds, {x, title});
    const inside = area(svg);
    drawn.forEach(({line, colour}) => inside.append(node("path", {
      d: path(line, at), class: "kb-sketch__line", style: `stroke:var(--p-c${colour})`, "stroke-dasharray": DASHES[colour - 1],
    })));
    const cursor = node("path", {class: "kb-sketch__cursor"});
    inside.append(cursor);
    nameEnds(svg, drawn, at);
    box.replaceChildren(svg);
    return {mark(where) {
      cursor.setAttribute("d", `M${at.x(where)} ${TOP}V${BOTTOM}`);
      return drawn.map(({line}) => read(line, where));
    }};
  }

  kb.feature("sketch", draw);
})();
