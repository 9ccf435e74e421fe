/* A predicted box that is dragged and resized around its target: four losses at once, and the forces on the edges.

   Values and slopes are samples of our NumPy functions over one quadrant; the others are its mirror images. Kinks of the values lie on
   samples, and jumps of the slopes between the cells in whose middles they are sampled. */
(() => {
  "use strict";

  kb.feature("boxes", async (figure, first) => {
    const stage = await kb.data("modules/stage"), {write} = stage;
    const [pitch, across, up] = first.grid, {sizes, unit, losses} = first, ids = Object.keys(losses);
    const taken = stage.take(figure), middle = [taken.width / 2, (taken.height - 24) / 2];
    const most = [pitch * (across - 1), pitch * (up - 1)];
    let data = first, [x, y, width, height] = first.first;

    const opened = new Map();
    /** Samples, unpacked when first needed. @param {string} name @param {number[]} packed @param {number} less columns and rows */
    function open(name, packed, less) {
      if (!opened.has(name)) opened.set(name, stage.unpack(packed, Array(up - less).fill(across - less), data.scales[less]));
      return opened.get(name);
    }
    const shape = () => sizes.indexOf(width) * sizes.length + sizes.indexOf(height);

    /** Bilinear between four neighbours. @param {number} u @param {number} v @param {(i: number, j: number) => number} sample */
    function between(u, v, sample) {
      const i = Math.floor(u), j = Math.floor(v), s = u - i, t = v - j;
      const row = n => (1 - s) * sample(i, n) + (s ? s * sample(i + 1, n) : 0);
      return (1 - t) * row(j) + (t ? t * row(j + 1) : 0);
    }

    function value(id) {
      const samples = open(`${id} ${shape()}`, first.values[id][shape()], 0);
      return between(Math.abs(x) / pitch, Math.abs(y) / pitch, (i, j) => samples[Math.min(j, up - 1) * across + Math.min(i, across - 1)]);
    }

    /** The slope in one edge: left, lower, right, upper. In the mirror, opposite edges change places and signs. */
    function slope(edge) {
      const read = k => open(`${data.id} ${shape()} edge ${k}`, data.edges[shape()][k], 1);
      return between(x / pitch - 0.5, y / pitch - 0.5, (i, j) => {
        const mirrored = edge % 2 ? j < 0 : i < 0, fold = (n, count) => Math.min(n < 0 ? -1 - n : n, count - 2);
        return (mirrored ? -1 : 1) * read(mirrored ? (edge + 2) % 4 : edge)[fold(j, up) * (across - 1) + fold(i, across)];
      });
    }

    const tint = stage.svg("rect", {class: "kb-box-tint"}), outline = stage.svg("rect", {class: "kb-box"});
    taken.front.append(tint, outline);
    const arrows = [0, 1, 2, 3].map(() => stage.arrow(taken.front));
    const names = ids.map((id, k) => {
      const text = stage.svg("text", {class: "kb-value", x: 12 + 82 * k, y: taken.height - 10});
      taken.front.append(text);
      return text;
    });

    function show() {
      const [left, top] = [middle[0] + unit * (x - width / 2), middle[1] - unit * (y + height / 2)];
      for (const box of [tint, outline]) stage.set(box, {x: left, y: top, width: unit * width, height: unit * height});
      const centre = [middle[0] + unit * x, middle[1] - unit * y];
      const tails = [[left, centre[1]], [centre[0], top + unit * height], [left + unit * width, centre[1]], [centre[0], top]];
      tails.forEach(([a, b], edge) => {
        const [length] = stage.push([-slope(edge)], data.reach);
        arrows[edge](a, b, edge % 2 ? 0 : length, edge % 2 ? -length : 0);
      });
      const texts = ids.map(id => `${losses[id]} ${write(value(id))}`);
      names.forEach((text, k) => {
        text.textContent = texts[k];
        text.classList.toggle("kb-chosen", ids[k] === data.id);
      });
      handle.place(...centre, [`Δx = ${write(x)}`, `Δy = ${write(y)}`, ...texts].join(kb.words.scene_comma), Math.round(x / pitch));
      stage.set(handle.element, {style: `${handle.element.getAttribute("style")};--w:${100 * unit * width / taken.width}%;--h:${100 * unit * height / taken.height}%`});
    }

    function go(a, b) {
      x = Math.max(-most[0], Math.min(most[0], a));
      y = Math.max(-most[1], Math.min(most[1], b));
      show();
    }

    const handle = stage.handle(taken, {
      name: kb.words.scene_box,
      move: (px, py) => go((px - middle[0]) / unit, (middle[1] - py) / unit),
      step: (dx, dy, far) => go(x + dx * pitch * (far ? 2 : 0.5), y + dy * pitch * (far ? 2 : 0.5)),
    });
    handle.element.classList.add("kb-handle--box");
    stage.set(handle.element, {"aria-valuemin": -(across - 1), "aria-valuemax": across - 1});

    /* The slopes of another loss come with the data of its page. */
    async function choose(k) {
      const other = ids[k] === first.id ? first : await kb.data(`play/${ids[k]}-drawing.boxes`).catch(() => null);
      if (!other) return;
      data = other;
      show();
    }
    const side = (sign, name, start, changed) => stage.slider({sign, name, values: sizes, index: sizes.indexOf(start), shown: i => write(sizes[i]), changed});
    taken.panel.append(
      stage.choice({name: kb.words.scene_loss, labels: Object.values(losses), index: ids.indexOf(first.id), changed: choose}),
      stage.html("div", {class: "kb-pair"}, [
        side("w", kb.words.scene_width, width, i => { width = sizes[i]; show(); }),
        side("h", kb.words.scene_height, height, i => { height = sizes[i]; show(); }),
      ]),
      stage.html("p", {class: "kb-hint"}, [kb.words.scene_hint_box]),
    );
    show();
  });
})();
