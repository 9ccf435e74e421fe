/* The button that keeps the whole site on this device: how much it is, how far it got, and how to be rid of it.

   The copy is whole when its cache holds the mark `whole`; until then a second attempt takes up where the first one stopped. */
(() => {
  "use strict";
  const PREFIX = `kb ${kb.site} `;
  const NAME = PREFIX + kb.version;
  const MARK = `${kb.site}whole`;
  const AT_ONCE = 6;

  /** A file as it is served now, past the worker. @param {string} path @param {RequestCache} mode @returns {Promise<Response>} */
  async function served(path, mode) {
    const answer = await fetch(kb.site + path, {cache: mode, headers: {"kb-save": "1"}});
    if (!answer.ok) throw new Error(path);
    return answer;
  }

  /** @param {string} path @returns {Promise<any>} */
  const json = async path => (await served(path, "no-store")).json();

  /** The names of the whole copies of this site, of whatever version. @returns {Promise<string[]>} */
  async function copies() {
    const whole = [];
    for (const name of await caches.keys()) {
      if (name.startsWith(PREFIX) && await (await caches.open(name)).match(MARK)) whole.push(name);
    }
    return whole;
  }

  /** Forget copies of this site. @param {string} [except] the name of one that stays */
  async function forget(except) {
    for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== except) await caches.delete(name);
  }

  /** Bring files into the cache, several at once, until all are there or the reader stops it.
      @param {Cache} cache @param {string[]} files @param {(share: number) => void} tell @param {{stopped: boolean}} wish */
  async function bring(cache, files, tell, wish) {
    const left = [...files];
    let done = 0;
    const work = async () => {
      while (left.length && !wish.stopped) {
        const path = left.pop();
        if (!await cache.match(kb.site + path)) await cache.put(kb.site + path, await served(path, "no-cache"));
        tell(++done / files.length);
      }
    };
    await Promise.all(Array.from({length: AT_ONCE}, work));
  }

  /** Keep everything. @param {(share: number) => void} tell @param {{stopped: boolean}} wish @returns {Promise<boolean>} whether it is whole */
  async function keepAll(tell, wish) {
    const {version, files} = await json("files.json");
    if (version !== kb.version) return false;
    const cache = await caches.open(NAME);
    await bring(cache, files, tell, wish);
    if (wish.stopped) return false;
    /* Had the site changed on the way, pages of two versions would stand side by side. */
    if ((await json("version.json")).version !== version) {
      await caches.delete(NAME);
      return false;
    }
    await cache.put(MARK, new Response("1"));
    await forget(NAME);
    return true;
  }

  /** @param {HTMLElement} box with a button and a line for what happens */
  async function mount(box) {
    const [button, line] = box.children;
    const {megabytes} = await json("version.json").catch(() => ({}));
    const size = megabytes ? kb.words.save_size.replace("{size}", megabytes) : "";
    let wish = null;
    const show = (status, action) => { line.textContent = status; button.textContent = action; };

    /** What the button offers while nothing runs. */
    async function rest() {
      const whole = await copies();
      if (whole.includes(NAME)) show(kb.words.saved, kb.words.drop_copy);
      else show(size, whole.length ? kb.words.save_again : kb.words.save);
      box.hidden = false;
    }

    /** @param {number} share from 0 to 1; the words change every 5%, so that a screen reader is not drowned */
    function tell(share) {
      box.style.setProperty("--kb-share", String(share));
      const words = kb.words.saving.replace("{share}", Math.floor(share * 20) * 5);
      if (line.textContent !== words) show(words, kb.words.stop);
    }

    async function save() {
      const mine = wish = {stopped: false};
      tell(0);
      navigator.storage?.persist?.().catch(() => {});
      const whole = await keepAll(tell, mine).catch(() => false);
      wish = null;
      box.style.removeProperty("--kb-share");
      await rest();
      if (!whole && !mine.stopped) line.textContent = kb.words.save_failed;
    }

    button.addEventListener("click", async () => {
      if (wish) wish.stopped = true;
      else if ((await copies()).includes(NAME)) { await forget(); await rest(); }
      else await save();
    });
    await rest();
  }

  kb.feature("offline", mount);
})();
