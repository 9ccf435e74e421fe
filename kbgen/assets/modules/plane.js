/* A loss over two quantities: heights with contour lines, and a point that reads off the value and the negative gradient.

   Every number shown is a sample of our NumPy functions: the point stands on samples only. */
(() => {
  "use strict";

  /** The grid as triangles, with a ring around it. @param {number} across @param {number} up @param {(i: number, j: number) => number[]} place */
  function grid(across, up, place) {
    const width = across + 2, points = [], sample = [], triangles = [];
    for (let j = -1; j <= up; j++) {
      for (let i = -1; i <= across; i++) {
        const inside = i >= 0 && j >= 0 && i < across && j < up;
        points.push(inside ? place(i, j) : [0, 0]);
        sample.push(inside ? j * across + i : -1);
      }
    }
    for (let j = 0; j <= up; j++) {
      for (let i = 0; i <= across; i++) {
        const a = j * width + i, b = a + 1, c = a + width, d = c + 1;
        triangles.push([a, b, d], [a, d, c]);
      }
    }
    return {points, sample, triangles};
  }

  kb.feature("plane", async (figure, data) => {
    const stage = await kb.data("modules/stage"), {write} = stage;
    const [left, top, width, tall] = data.frame, [x, y] = data.axes, numbers = data.knob[1];
    const value = axis => i => axis.start + (axis.stop - axis.start) * i / (axis.count - 1);
    const across = i => left + width * i / (x.count - 1), up = j => top + tall * (1 - j / (y.count - 1));
    const lengths = Array(y.count).fill(x.count);
    const layers = data.layers.map(() => null);
    const open = n => layers[n] ||= data.layers[n].map((packed, k) => stage.unpack(packed, lengths, data.scales[k && 1]));
    const mesh = grid(x.count, y.count, (i, j) => [across(i), up(j)]);
    let [i, j, number, choice] = data.first;

    const taken = stage.take(figure);
    const ground = stage.svg("g"), names = stage.svg("g");
    taken.back.append(ground, names);
    const arrow = stage.arrow(taken.front);
    const dot = stage.svg("circle", {class: "kb-dot", r: 6});
    taken.front.append(dot);
    const read = stage.readout(taken.panel, 5);
    const layer = () => open(choice * numbers.length + number);
    const digits = axis => Number.isInteger(Math.round(1e6 * (axis.stop - axis.start) / (axis.count - 1)) / 1e4) ? 2 : 3;
    const [fine, finer] = [x, y].map(digits);
    const bare = sign => sign.split(" = ")[0];

    /* Values along the way on which levels are named, bilinear as in the drawing. */
    function along(values) {
      const [[x0, y0], [x1, y1]] = data.along, place = (at, axis) => (at - axis.start) / (axis.stop - axis.start) * (axis.count - 1);
      return Array.from({length: 121}, (_, k) => {
        const u = place(x0 + (x1 - x0) * k / 120, x), v = place(y0 + (y1 - y0) * k / 120, y);
        const a = Math.min(Math.floor(u), x.count - 2), b = Math.min(Math.floor(v), y.count - 2), at = b * x.count + a;
        const low = values[at] + (u - a) * (values[at + 1] - values[at]);
        const high = values[at + x.count] + (u - a) * (values[at + x.count + 1] - values[at + x.count]);
        return low + (v - b) * (high - low);
      });
    }

    function paint() {
      const [values] = layer(), way = data.along.map(([a, b]) => [
        left + width * (a - x.start) / (x.stop - x.start), top + tall * (1 - (b - y.start) / (y.stop - y.start)),
      ]);
      stage.heights(ground, mesh, values, data.levels);
      stage.signs(names, way, along(values), data.levels);
      show();
    }

    function show() {
      const [values, ...slopes] = layer(), at = j * x.count + i;
      const [dx, dy] = slopes.map(slope => -slope[at]);
      const [px, py] = stage.push([dx, -dy], data.reach[choice]);
      arrow(across(i), up(j), px, py);
      stage.set(dot, {cx: across(i), cy: up(j)});
      const texts = [`${bare(x.sign)} = ${write(value(x)(i), fine)}`, `${bare(y.sign)} = ${write(value(y)(j), finer)}`, `ℓ = ${write(values[at], 3)}`];
      data.slopes.forEach((sign, k) => texts.push(sign ? `${sign} = ${write([dx, dy][k], 3)}` : ""));
      read(texts);
      handle.place(across(i), up(j), texts.filter(Boolean).join(kb.words.scene_comma), i);
    }

    function go(a, b) {
      i = Math.max(0, Math.min(x.count - 1, Math.round(a)));
      j = Math.max(0, Math.min(y.count - 1, Math.round(b)));
      show();
    }

    const handle = stage.handle(taken, {
      name: kb.words.scene_point,
      move: (px, py) => go((px - left) / width * (x.count - 1), (1 - (py - top) / tall) * (y.count - 1)),
      step: (dx, dy, far) => go(i + dx * (far ? 5 : 1), j + dy * (far ? 5 : 1)),
    });
    stage.set(handle.element, {"aria-valuemin": 0, "aria-valuemax": x.count - 1});
    const row = stage.html("div", {class: "kb-row"}, [
      stage.slider({sign: data.knob[0], values: numbers, index: number, changed: n => { number = n; paint(); }}),
    ]);
    if (data.choices.length) {
      row.append(stage.choice({name: kb.words.scene_case, labels: data.choices, index: choice, changed: n => { choice = n; paint(); }}));
    }
    taken.panel.append(row, stage.html("p", {class: "kb-hint"}, [kb.words.scene_hint]));
    paint();
  });
})();
