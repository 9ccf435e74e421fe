/* A row of candidates over the temperature: softmax and slope of each. */
(() => {
  "use strict";

  kb.feature("temperature", async (figure, data) => {
    const stage = await kb.data("modules/stage"), {write} = stage;
    const [left, top, width, tall] = data.frame, count = data.cosines.length, third = width / 3, step = tall / count;
    const taken = stage.take(figure);
    const bar = (column, i) => {
      const y = top + step * (i + 0.5);
      const body = stage.svg("rect", {class: "kb-bar", x: left + column * third, y: y - 7, height: 14});
      const text = stage.svg("text", {class: "kb-amount", y});
      taken.back.append(body, text);
      /** @param {number} length @param {number} value */
      return (length, value) => {
        stage.set(body, {width: length});
        body.classList.toggle("kb-pull", column === 2 && value < 0);
        body.classList.toggle("kb-away", column === 2 && value >= 0);
        stage.set(text, {x: left + column * third + length + 4});
        text.textContent = write(value, Math.abs(value) >= 9.995 ? 1 : 2);
      };
    };
    const weights = data.cosines.map((_, i) => bar(1, i)), slopes = data.cosines.map((_, i) => bar(2, i));
    const read = stage.readout(taken.panel, 1);

    function paint(n) {
      const most = Math.max(...data.slopes[n].map(Math.abs), 1e-12);
      data.weights[n].forEach((weight, i) => weights[i](52 * weight, weight));
      data.slopes[n].forEach((slope, i) => slopes[i](52 * Math.abs(slope) / most, slope));
      read([`ℓ = ${write(data.loss[n], 3)}`]);
    }

    taken.panel.append(stage.slider({
      sign: "τ", name: kb.words.scene_temperature, values: data.taus, index: data.first,
      spoken: i => `${kb.words.scene_comma}ℓ = ${write(data.loss[i], 3)}`, changed: paint,
    }));
    paint(data.first);
  });
})();
