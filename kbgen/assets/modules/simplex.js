/* A loss of a distribution over three classes: a triangle with heights, a prediction to drag, a true distribution to choose. */
(() => {
  "use strict";

  /** The lattice as triangles, with a ring around it. @param {number} count steps along a side
      @param {(i: number, j: number, k: number) => number[]} place */
  function triangle(count, place) {
    const node = new Map(), points = [], sample = [], triangles = [];
    const name = (i, j) => `${i},${j}`;
    let samples = 0;
    for (let i = -1; i <= count + 2; i++) {
      for (let j = -1; i + j <= count + 1; j++) {
        const k = count - i - j, inside = i >= 0 && j >= 0 && k >= 0;
        node.set(name(i, j), points.length);
        points.push(inside ? place(i, j, k) : [0, 0]);
        sample.push(inside ? samples++ : -1);
      }
    }
    for (const key of node.keys()) {
      const [i, j] = key.split(",").map(Number);
      const [a, b, c, d] = [[i, j], [i + 1, j], [i, j + 1], [i + 1, j + 1]].map(([p, q]) => node.get(name(p, q)));
      if (b !== undefined && c !== undefined) triangles.push([a, b, c]);
      if (b !== undefined && c !== undefined && d !== undefined) triangles.push([b, d, c]);
    }
    return {points, sample, triangles};
  }

  kb.feature("simplex", async (figure, data) => {
    const stage = await kb.data("modules/stage"), {write} = stage;
    const [left, top, width, tall] = data.frame, [least, step, count] = data.lattice, numbers = data.knob[1];
    const corners = [[left + width / 2, top], [left, top + tall], [left + width, top + tall]];
    const mix = (weights, k) => weights.reduce((sum, weight, n) => sum + weight * corners[n][k], 0);
    const spot = weights => [mix(weights, 0), mix(weights, 1)];
    const chance = steps => steps.map(n => least + step * n);
    const lengths = Array.from({length: count + 1}, (_, n) => count + 1 - n);
    const starts = lengths.map((_, n) => lengths.slice(0, n).reduce((sum, length) => sum + length, 0));
    const layers = data.layers.map(() => null);
    const open = n => layers[n] ||= data.layers[n].map((packed, k) => stage.unpack(packed, lengths, data.scales[k && 1]));
    const mesh = triangle(count, (...steps) => spot(chance(steps)));
    let [steps, number, truth] = data.first;

    const taken = stage.take(figure);
    const ground = stage.svg("g"), names = stage.svg("g"), cross = stage.svg("path", {class: "kb-cross"});
    taken.back.append(ground);
    taken.front.append(names, cross);
    const arrow = stage.arrow(taken.front), dot = stage.svg("circle", {class: "kb-dot", r: 6});
    taken.front.append(dot);
    const read = stage.readout(taken.panel, 3);
    const tuple = (parts, digits) => `(${parts.map(part => write(part, digits)).join(", ")})`;
    const layer = () => open(truth * numbers.length + number);

    /* Levels are named where the third probability is 0.1, as in the drawing. */
    function paint() {
      const [values] = layer(), third = Math.round((0.1 - least) / step), last = count - third;
      const row = Array.from({length: last + 1}, (_, i) => values[starts[i] + last - i]);
      stage.heights(ground, mesh, values, data.levels);
      stage.signs(names, [spot(chance([0, last, third])), spot(chance([last, 0, third]))], row, data.levels);
      const [x, y] = spot(data.truths[truth]);
      cross.setAttribute("d", `M${x - 4.5} ${y - 4.5}l9 9M${x + 4.5} ${y - 4.5}l-9 9`);
      show();
    }

    function show() {
      const [values, one, two] = layer(), at = starts[steps[0]] + steps[1];
      const down = [-one[at], -two[at], one[at] + two[at]];
      const way = stage.push(spot(down), 1), size = Math.hypot(...down), share = Math.min(size / data.reach, 1);
      const reach = Math.hypot(...way) || 1;
      const [x, y] = spot(chance(steps));
      arrow(x, y, way[0] / reach * 46 * share, way[1] / reach * 46 * share);
      stage.set(dot, {cx: x, cy: y});
      const texts = [`${data.sign} = ${tuple(chance(steps), 2)}`, `ℓ = ${write(values[at], 3)}`, `${data.slope} = ${tuple(down, 2)}`];
      read(texts);
      handle.place(x, y, texts.join(kb.words.scene_comma), steps[0]);
    }

    /* The sample nearest to these probabilities. */
    function go(weights) {
      const wanted = weights.map(weight => Math.max(0, (weight - least) / step)), sum = wanted.reduce((a, b) => a + b, 0) || 1;
      const whole = wanted.map(part => Math.floor(part / sum * count));
      const rest = wanted.map((part, n) => [part / sum * count - whole[n], n]).sort((a, b) => b[0] - a[0]);
      for (let n = 0; whole[0] + whole[1] + whole[2] < count; n++) whole[rest[n % 3][1]]++;
      steps = whole;
      show();
    }

    function move(x, y) {
      const up = (top + tall - y) / tall, right = (x - left - width * up / 2) / width;
      go([up, 1 - up - right, right].map(weight => Math.max(0, weight)));
    }

    /* Up: more of the first class; right: more of the third; both at the cost of the second, if it has any. */
    function walk(dx, dy, far) {
      for (let n = 0; n < (far ? 5 : 1); n++) {
        const [gain, lose] = dy ? (dy > 0 ? [0, [1, 2]] : [null, [0]]) : (dx > 0 ? [2, [1, 0]] : [1, [2, 0]]);
        const from = lose.find(k => steps[k] > 0);
        if (from === undefined) break;
        const to = gain ?? (steps[1] <= steps[2] ? 1 : 2);
        steps = steps.map((part, k) => part + (k === to) - (k === from));
      }
      show();
    }

    const handle = stage.handle(taken, {name: kb.words.scene_prediction, move, step: walk});
    stage.set(handle.element, {"aria-valuemin": 0, "aria-valuemax": count});
    const fraction = part => part === 0.3333 ? "⅓" : String(part).replace(/^0\./, ".");
    const labels = data.truths.map(parts => `(${parts.map(fraction).join(", ")})`);
    const choice = stage.choice({name: kb.words.scene_truth, labels, index: truth, changed: n => { truth = n; paint(); }});
    choice.prepend(stage.html("span", {class: "kb-lead"}, [`${data.truth} =`]));
    const row = stage.html("div", {class: "kb-row"}, [choice]);
    if (numbers.length > 1) {
      row.append(stage.slider({sign: data.knob[0], values: numbers, index: number, changed: n => { number = n; paint(); }}));
    }
    taken.panel.append(row, stage.html("p", {class: "kb-hint"}, [kb.words.scene_hint]));
    paint();
  });
})();
