/* Cards that say what a term means, where it stands. Hovering and focusing show a card, clicking a term keeps it; Escape closes it.
   Links to entries have cards too, but following a link stays what a click does. */
(() => {
  "use strict";
  const HOVER = 150; // milliseconds before a card opens: a pointer that passes by opens none
  const LEAVE = 250; // and before it closes: enough to move into it
  const MARGIN = 8; // pixels between a card, its term and the edge of the screen

  /** @param {string} tag @param {object} [properties] @param {...(Node | string)} inside @returns {HTMLElement} */
  function make(tag, properties = {}, ...inside) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...inside);
    return element;
  }

  /** The definitions of a page by number and by address. @param {HTMLTemplateElement} template */
  function read(template) {
    const numbered = [...template.content.children].map(item => {
      const link = item.querySelector("a");
      const text = item.cloneNode(true);
      text.firstElementChild.remove();
      return {name: link.textContent, address: new URL(link.getAttribute("href"), document.baseURI).href, text: [...text.childNodes]};
    });
    return {numbered, addressed: new Map(numbered.map(item => [item.address, item]))};
  }

  /** An empty card at the end of the article. @param {HTMLElement} article @param {() => void} close */
  function build(article, close) {
    const name = make("p", {className: "kb-card__name", id: "kb-card-name"});
    const text = make("p", {className: "kb-card__text", id: "kb-card-text"});
    const link = make("a", {className: "kb-card__link"}, `${kb.words.full_entry} →`);
    const shut = make("button", {type: "button", className: "kb-card__close", onclick: close}, "×");
    shut.setAttribute("aria-label", kb.words.close);
    const card = make("div", {className: "kb-card", id: "kb-card", hidden: true}, name, text, link, shut);
    card.setAttribute("aria-labelledby", name.id);
    article.append(card);
    return {card, name, text, link, shut};
  }

  /** The line of a term that the pointer is on: a term may be broken over two lines. @returns {DOMRect} */
  function line(trigger, y) {
    const lines = [...trigger.getClientRects()];
    return lines.find(box => y >= box.top && y <= box.bottom) || lines[0] || trigger.getBoundingClientRect();
  }

  /** Put the card under its term, or above where there is more room, inside the screen. */
  function place(card, box) {
    const page = document.documentElement;
    const header = document.querySelector(".md-header")?.offsetHeight || 0;
    const {width, height} = card.getBoundingClientRect();
    const below = page.clientHeight - box.bottom, above = box.top - header;
    const top = below < height + 2 * MARGIN && above > below ? box.top - height - MARGIN : box.bottom + MARGIN;
    const left = Math.max(MARGIN, Math.min(box.left, page.clientWidth - width - MARGIN));
    const frame = card.offsetParent.getBoundingClientRect();
    card.style.left = `${left - frame.left - card.offsetParent.clientLeft}px`;
    card.style.top = `${top - frame.top - card.offsetParent.clientTop}px`;
  }

  /** @param {HTMLElement} article @param {{definitions: HTMLTemplateElement, latest: () => Event}} given */
  function mount(article, {definitions, latest}) {
    const {numbered, addressed} = read(definitions);
    const parts = build(article, () => hide(true));
    const {card} = parts;
    let open = null; // the term or link whose card is shown
    let pinned = false;
    let timer = 0;

    /** @param {Element} target @returns {HTMLElement | null} the term or link with a definition that an event came from */
    const trigger = target => {
      const found = target.closest(".kb-term, a[href]");
      return found && !card.contains(found) && definition(found) ? found : null;
    };
    const definition = element =>
      element.matches("a") ? addressed.get(String(element.href.baseVal ?? element.href).split("#")[0]) : numbered[Number(element.dataset.kbTerm)];

    function show(element, y) {
      clearTimeout(timer);
      if (open === element) return;
      hide();
      open = element;
      const {name, text, address} = definition(element);
      const term = !element.matches("a");
      parts.name.textContent = name;
      parts.text.replaceChildren(...text.map(node => node.cloneNode(true)));
      parts.link.href = address;
      parts.link.hidden = !term;
      card.setAttribute("role", term ? "dialog" : "tooltip");
      card.hidden = false;
      element.setAttribute("aria-describedby", "kb-card-text");
      if (term) {
        element.setAttribute("aria-expanded", "true");
        element.setAttribute("aria-controls", card.id);
      }
      place(card, line(element, y));
    }

    /** @param {boolean} [back] whether the focus returns to the term */
    function hide(back = false) {
      clearTimeout(timer);
      if (!open) return;
      const was = open, inside = card.contains(document.activeElement);
      open = null;
      keep(false);
      card.hidden = true;
      was.removeAttribute("aria-describedby");
      was.removeAttribute("aria-controls");
      if (was.hasAttribute("aria-expanded")) was.setAttribute("aria-expanded", "false");
      if (back && inside) quietly(() => was.focus());
    }

    function keep(wanted) {
      pinned = wanted;
      card.classList.toggle("kb-card--kept", wanted);
      if (wanted) place(card, line(open));
    }

    let quiet = false; // the focus comes back from a card: that is no reason to open it again
    function quietly(act) { quiet = true; act(); quiet = false; }

    function later(wait, act) { clearTimeout(timer); timer = setTimeout(act, wait); }

    function over(event) {
      if (event.pointerType === "touch" || pinned) return;
      const element = trigger(event.target);
      if (element === open && open || card.contains(event.target)) clearTimeout(timer);
      else if (element) later(HOVER, () => show(element, event.clientY));
      else if (!open || !open.matches(":focus-visible")) later(LEAVE, hide);
    }

    function focus(event) {
      const element = trigger(event.target);
      if (element && !quiet && element.matches(":focus-visible")) show(element);
      else if (open && event.target !== open && !card.contains(event.target) && !quiet) hide();
    }

    function click(event) {
      const element = event.target.closest(".kb-term");
      if (!element) return;
      if (pinned && open === element) return hide();
      show(element, event.clientY);
      keep(true);
    }

    /** Enter keeps the card and goes into it; Tab leaves it for what comes after the term. */
    function key(event) {
      const at = event.target;
      if (event.key === "Escape" && open) return hide(true);
      if (at.matches(".kb-term") && (event.key === "Enter" || event.key === " ")) {
        event.preventDefault();
        show(at);
        keep(true);
        parts.link.focus();
      } else if (event.key === "Tab" && open) tab(event, at);
    }

    function tab(event, at) {
      if (at === open && pinned && !event.shiftKey) {
        event.preventDefault();
        parts.link.focus();
      } else if (at === parts.link && event.shiftKey) {
        event.preventDefault();
        hide(true);
      } else if (at === parts.shut && !event.shiftKey) hide(true); // the browser goes on from the term
    }

    document.addEventListener("pointerover", over);
    document.addEventListener("focusin", focus);
    document.addEventListener("click", click);
    document.addEventListener("keydown", key);
    document.addEventListener("pointerdown", event => {
      if (open && !card.contains(event.target) && !open.contains(event.target)) hide();
    });
    addEventListener("resize", () => hide(true));

    const first = latest();
    if (first.type === "click") click(first);
    else if (first.type === "focusin" && document.activeElement === first.target) focus(first);
    else if (first.target.matches(":hover")) over(first);
  }

  kb.feature("define", mount);
})();
