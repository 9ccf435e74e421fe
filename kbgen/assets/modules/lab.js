/* What the labs share: elements, sliders, and numbers that kbgen/play/pack.py has packed. Other modules ask for it by kb.start("lab"). */
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const BASE = 90;
  const chinese = document.documentElement.lang.startsWith("zh");

  /** Set attributes; null and undefined leave them out. @param {Element} element @param {Record<string, any>} attributes */
  function set(element, attributes) {
    for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) element.setAttribute(name, value);
    return element;
  }

  /** An element of a picture. @param {string} tag @param {Record<string, any>} [attributes] @param {Element} [parent] */
  function draw(tag, attributes = {}, parent) {
    const element = set(document.createElementNS(SVG, tag), attributes);
    parent?.append(element);
    return element;
  }

  /** An element of the page. @param {string} tag @param {Record<string, any>} [attributes] @param {...(Node|string)} children */
  function make(tag, attributes = {}, ...children) {
    const element = set(document.createElement(tag), attributes);
    element.append(...children);
    return element;
  }

  /** A reader of packed numbers, one run after another. @param {string} text @returns {(count: number) => Int32Array} */
  function unpacker(text) {
    let place = 0;
    const digit = () => {
      const code = text.charCodeAt(place++);
      return code - 32 - (code > 34) - (code > 92); // the quotation mark and the backslash are no digits
    };
    const change = () => {
      let value = digit();
      if (value >= BASE) for (let more = value - BASE + 2, sum = value = 0; sum < more; sum++) value = value * BASE + digit();
      return value & 1 ? -(value + 1) / 2 : value / 2;
    };
    return count => {
      const numbers = new Int32Array(count);
      for (let i = 0, last = 0; i < count; i++) numbers[i] = last += change();
      return numbers;
    };
  }

  /**
   * A slider over a list of values, with its name before and its value behind.
   * @param {string} name what a screen reader says
   * @param {(string|Node)[]} label what is seen
   * @param {string[]} texts one per value
   * @param {number} at index of the value at first
   * @param {(index: number) => void} moved
   */
  function slider(name, label, texts, at, moved) {
    const input = make("input", {type: "range", min: 0, max: texts.length - 1, step: 1, value: at, "aria-label": name});
    const output = make("span", {class: "kb-lab__value", "aria-hidden": "true"});
    const show = () => {
      output.textContent = texts[input.value];
      input.setAttribute("aria-valuetext", texts[input.value]);
    };
    input.addEventListener("input", () => { show(); moved(Number(input.value)); });
    show();
    const row = make("label", {class: "kb-lab__slider"}, make("span", {class: "kb-lab__name"}, ...label), input, output);
    return {row, input, set(index) { input.value = index; show(); }, rename(next, index) { texts = next; input.value = index; show(); }};
  }

  /** A row of choices of which one is taken. @param {string} name @param {[string, string][]} options value and words @param {string} taken @param {(value: string) => void} chosen */
  function choice(name, options, taken, chosen) {
    const group = make("div", {class: "kb-lab__choice", role: "group", "aria-label": name});
    const buttons = options.map(([value, words]) => {
      const button = make("button", {type: "button", "aria-pressed": String(value === taken)}, words);
      button.addEventListener("click", () => {
        buttons.forEach(other => other.setAttribute("aria-pressed", String(other === button)));
        chosen(value);
      });
      return button;
    });
    group.append(...buttons);
    return group;
  }

  /** Put a lab in the place of a picture, which stays for the printer. @param {HTMLElement} figure @param {...Node} parts */
  function open(figure, ...parts) {
    const lab = make("div", {class: "kb-lab"}, ...parts);
    figure.removeAttribute("tabindex");
    figure.classList.add("kb-lab-on");
    figure.append(lab);
    return lab;
  }

  /** Where a pointer is, in the units of a picture. @param {SVGSVGElement} picture @param {MouseEvent} event @returns {[number, number]} */
  function point(picture, event) {
    const {x, y} = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
    return [x, y];
  }

  /** Words in the language of the page. @param {{zh: string, en: string}} words */
  const say = words => words[chinese ? "zh" : "en"];

  /** A word of the interface with its gaps filled. @param {string} word @param {Record<string, any>} gaps */
  const fill = (word, gaps) => kb.words[word].replace(/\{(\w+)\}/g, (_, gap) => gaps[gap]);

  /** A number as a reader wants it. @param {number} value @param {number} [digits] */
  const number = (value, digits = 3) => (value === 0 ? "0" : String(Number(value.toPrecision(digits)))).replace("-", "−");

  kb.feature("lab", () => ({draw, make, set, unpacker, slider, choice, open, point, say, fill, number}));
})();
