/* A schedule with sliders: the picture stays, and one more curve in it follows them. Rates come from NumPy (kbgen/play/schedules.py). */
(() => {
  "use strict";

  /** @param {HTMLElement} figure @param {any} data */
  async function mount(figure, data) {
    const lab = await kb.start("lab");
    const picture = figure.querySelector("svg");
    const count = data.knobs.reduce((product, knob) => product * knob.values.length, 1);
    const next = lab.unpacker(data.curves);
    const curves = Array.from({length: count}, () => next(data.end + 1));
    const chosen = data.knobs.map(knob => knob.first);
    let step = Math.round(data.end / 4);

    const [left, top, right, bottom] = data.box;
    const across = t => left + (right - left) * t / data.end;
    const up = rate => bottom - (bottom - top) * rate / data.top;
    const layer = lab.draw("g", {class: "kb-schedule", "aria-hidden": "true"}, picture);
    const guide = lab.draw("path", {class: "kb-schedule__guide"}, layer);
    const curve = lab.draw("path", {class: "kb-schedule__curve"}, layer);
    const dot = lab.draw("circle", {r: 4.5, class: "kb-schedule__dot"}, layer);

    const now = () => curves[data.knobs.reduce((place, knob, i) => place * knob.values.length + chosen[i], 0)];
    const rate = t => now()[t] / data.levels * data.peak;
    function show() {
      let path = `M${across(0)},${up(rate(0)).toFixed(2)}`;
      for (let t = 1; t <= data.end; t++) {
        path += data.stairs ? `H${across(t).toFixed(2)}V${up(rate(t)).toFixed(2)}` : `L${across(t).toFixed(2)},${up(rate(t)).toFixed(2)}`;
      }
      lab.set(curve, {d: path});
      lab.set(guide, {d: `M${across(step)},${top}V${bottom}`});
      lab.set(dot, {cx: across(step), cy: up(rate(step))});
      steps.rename(texts(), step);
    }
    const texts = () => Array.from({length: data.end + 1}, (_, t) => lab.fill("lab_now", {t, rate: lab.number(rate(t), 2)}));
    const sliders = data.knobs.map((knob, i) => lab.slider(
      `${lab.say(knob.meaning)}, ${knob.sign}`, [lab.make("i", {}, knob.sign), ` ${lab.say(knob.meaning)}`], knob.values.map(String), chosen[i],
      index => { chosen[i] = index; show(); },
    ));
    const steps = lab.slider(kb.words.lab_step, [lab.make("i", {}, "t")], texts(), step, t => { step = t; show(); });
    steps.row.classList.add("kb-schedule__steps");
    show();
    lab.open(figure, ...sliders.map(slider => slider.row), steps.row);
  }

  kb.feature("schedule", mount);
})();
