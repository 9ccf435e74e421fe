/* The lattice of CTC: states over frames, as wide as they are probable given the label, for logits of any sharpness. */
(() => {
  "use strict";

  kb.feature("lattice", async (figure, data) => {
    const stage = await kb.data("modules/stage"), {write} = stage;
    const [left, top, width, tall] = data.frame, {states, signs, edges} = data, symbols = signs.length, high = states.length;
    const frames = data.nodes[0].length / high;
    const spot = (t, s) => [left + width * t / (frames - 1), top + tall * s / (high - 1)];
    let number = data.first, [frame, state] = [2, 3];

    const taken = stage.take(figure);
    const lines = edges.map(([t, s, jump]) => {
      const [[x1, y1], [x2, y2]] = [spot(t, s), spot(t + 1, s + jump)];
      return taken.front.appendChild(stage.svg("line", {class: "kb-step", x1, y1, x2, y2}));
    });
    const nodes = Array.from({length: frames * high}, (_, n) => {
      const [cx, cy] = spot(Math.floor(n / high), n % high);
      return taken.front.appendChild(stage.svg("circle", {class: "kb-node", cx, cy}));
    });
    const ring = taken.front.appendChild(stage.svg("circle", {class: "kb-ring", r: 13}));
    const total = stage.readout(taken.panel, 2), read = stage.readout(taken.panel, 4);

    function paint() {
      const best = data.best[number], steps = data.steps[number];
      edges.forEach(([t, s, jump], n) => {
        const share = steps[(t * high + s) * 3 + jump] / 1000;
        lines[n].style.strokeWidth = 9 * share;
        lines[n].classList.toggle("kb-best", best[t] === s && best[t + 1] === s + jump);
      });
      nodes.forEach((node, n) => {
        node.setAttribute("r", 10 * Math.sqrt(data.nodes[number][n] / 1000));
        node.classList.toggle("kb-best", best[Math.floor(n / high)] === n % high);
      });
      total([`ℓ = ${write(data.loss[number], 3)}`, `${kb.words.scene_best} ${write(100 * data.share[number], 1)} %`]);
      show();
    }

    function show() {
      const [cx, cy] = spot(frame, state), symbol = states[state], at = frame * symbols + symbol;
      stage.set(ring, {cx, cy});
      const texts = [
        `t = ${frame + 1}, s = ${state + 1} (${signs[symbol]})`, `γ = ${write(data.nodes[number][frame * high + state] / 1000, 3)}`,
        `p = ${write(data.softmax[number][at] / 1000, 3)}`, `∂ℓ/∂z = ${write(data.grad[number][at] / 1000, 3)}`,
      ];
      read(texts);
      handle.place(cx, cy, texts.join(kb.words.scene_comma), frame + 1);
    }

    function go(t, s) {
      frame = Math.max(0, Math.min(frames - 1, Math.round(t)));
      state = Math.max(0, Math.min(high - 1, Math.round(s)));
      show();
    }

    const handle = stage.handle(taken, {
      name: kb.words.scene_state,
      move: (x, y) => go((x - left) / width * (frames - 1), (y - top) / tall * (high - 1)),
      step: (dx, dy) => go(frame + dx, state - dy),
    });
    stage.set(handle.element, {"aria-valuemin": 1, "aria-valuemax": frames});
    taken.panel.append(
      stage.slider({
        sign: "κ", name: kb.words.scene_sharpness, values: data.numbers, index: number, shown: i => write(data.numbers[i], 1),
        changed: n => { number = n; paint(); },
      }),
      stage.html("p", {class: "kb-hint"}, [kb.words.scene_hint_state]),
    );
    paint();
  });
})();
