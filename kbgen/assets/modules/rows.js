/* Tables to look things up in: a field that narrows the rows, and heads that sort them. */
(() => {
  "use strict";
  const MANY = 8;

  /** What a cell says. @param {HTMLTableRowElement} row @param {number} column */
  const said = (row, column) => row.cells[column]?.textContent.trim() || "";

  /** A head that sorts: first up, then down; empty cells stay last. @param {HTMLTableElement} table @param {HTMLTableCellElement} head */
  function sortable(table, head) {
    const order = new Intl.Collator(document.documentElement.lang.startsWith("zh") ? "zh-u-co-pinyin" : "en", {numeric: true});
    const button = document.createElement("button");
    button.className = "kb-rows__sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      table.querySelectorAll("th").forEach(other => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const body = table.tBodies[0], column = head.cellIndex;
      const rows = [...body.rows].sort((a, b) => {
        const [one, two] = [said(a, column), said(b, column)];
        return !one - !two || (down ? order.compare(two, one) : order.compare(one, two));
      });
      body.append(...rows);
    });
  }

  /** A fold opens for what was asked for, and goes if it has nothing of it. @param {HTMLDetailsElement | null} fold @param {boolean} asked @param {boolean} found */
  function show(fold, asked, found) {
    if (fold) [fold.open, fold.hidden] = [asked && found, !found];
  }

  /** @param {HTMLElement} article */
  function mount(article) {
    const tables = [...article.querySelectorAll("table")].filter(table => table.tBodies[0]);
    const rows = tables.flatMap(table => [...table.tBodies[0].rows]);
    if (rows.length <= MANY) return;
    tables.forEach(table => table.querySelectorAll("th").forEach(head => sortable(table, head)));
    const field = document.createElement("input");
    field.type = "search";
    field.placeholder = kb.words.filter_rows;
    field.setAttribute("aria-label", kb.words.filter_rows);
    const count = document.createElement("output");
    const bar = document.createElement("p");
    bar.className = "kb-rows";
    bar.append(field, count);
    article.querySelector("h1").after(bar);
    const texts = rows.map(row => row.textContent.toLowerCase());
    const narrow = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let left = 0;
      rows.forEach((row, i) => { row.hidden = !words.every(word => texts[i].includes(word)); left += !row.hidden; });
      tables.forEach(table => show(table.closest("details"), words.length > 0, [...table.tBodies[0].rows].some(row => !row.hidden)));
      count.textContent = words.length ? `${left} / ${rows.length}` : "";
    };
    field.addEventListener("input", narrow);
  }

  kb.feature("rows", async article => mount(article));
})();
