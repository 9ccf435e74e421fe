/* The numbers of the curves that are shown: a table for people and a file for programs. Loaded when the fold is first opened. */
(() => {
  "use strict";
  const MARK = ["ℓ", "ℓ′"];
  const LAST = 240;
  const ROW = 10; // every tenth sample

  /** Column heads and rows. @param {any} play the model of the picture @param {number} step @param {Object<string, Function>} write */
  function rows(play, step, write) {
    const shown = play.shown();
    const found = [[play.data.x, ...shown.flatMap(({label}) => MARK.map(mark => label ? `${mark} (${label})` : mark))]];
    for (let i = 0; i <= LAST; i += step) {
      found.push([write.x(i), ...shown.flatMap(({pair}) => pair.map((curve, what) => write.y(curve, what, i)))]);
    }
    return found;
  }

  /** For people. */
  const written = play => rows(play, ROW, {
    x: i => play.number(play.x(i), play.xDecimals),
    y: (curve, what, i) => play.read(curve, what, i, play.data.decimals[what]),
  });

  /** For programs, with every sample; what is far beyond the picture stays empty. */
  function csv(play) {
    const {bounds, decimals} = play.data;
    const kept = (curve, what, i) => !curve.holes.has(i) && curve.units[i] > bounds[what][0] && curve.units[i] < bounds[what][1];
    const table = rows(play, 1, {
      x: i => Number(play.x(i).toPrecision(12)),
      y: (curve, what, i) => kept(curve, what, i) ? (curve.units[i] / 10 ** decimals[what]).toFixed(decimals[what]) : "",
    });
    const quoted = cell => (/[",]/.test(cell) ? `"${cell}"` : cell);
    return `\ufeff${table.map(row => row.map(quoted).join(",")).join("\r\n")}\r\n`; // the mark tells spreadsheets that this is UTF-8
  }

  /** The name of the file tells the loss and its parameter. */
  function fileName({data, state, stop}, stem) {
    const param = data.params[state.param];
    return param ? `${stem}-${param.name}-${param.values[stop()]}.csv` : `${stem}.csv`;
  }

  /** Hand a text over as a file, also from a disk. */
  function download(name, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], {type: "text/csv;charset=utf-8"}));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  /** Fill the table. @param {HTMLTableElement} table @param {string[][]} cells */
  function fill(table, [heads, ...body]) {
    const row = (tag, cells) => {
      const line = document.createElement("tr");
      line.append(...cells.map(text => Object.assign(document.createElement(tag), {textContent: text})));
      return line;
    };
    const [head, rest] = ["thead", "tbody"].map(tag => document.createElement(tag));
    head.append(row("th", heads));
    head.querySelectorAll("th").forEach(cell => { cell.scope = "col"; });
    rest.append(...body.map(cells => row("td", cells)));
    table.replaceChildren(head, rest);
  }

  /** @param {HTMLDetailsElement} fold @param {{play: any, stem: string}} given @returns {() => void} brings the table up to date */
  function mount(fold, {play, stem}) {
    const button = Object.assign(document.createElement("button"), {type: "button", textContent: kb.words.curve_csv});
    const table = Object.assign(document.createElement("table"), {className: "kb-curve__table"});
    const scroll = Object.assign(document.createElement("div"), {className: "kb-curve__scroll", tabIndex: 0});
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", kb.words.curve_table);
    scroll.append(table);
    fold.append(button, scroll);
    const update = () => { if (fold.open) fill(table, written(play)); };
    button.addEventListener("click", () => download(fileName(play, stem), csv(play)));
    fold.addEventListener("toggle", update);
    update();
    return update;
  }

  kb.feature("curve_table", mount);
})();
