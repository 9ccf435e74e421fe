/* What a query means: names, spellings, symbols and formulas first, then the words of the texts; and what facets leave of it.

   The index is written by kbgen/search; fold, stem, tokens, shard and flatFormula are the same there. No element of a page is
   touched here, so a test can ask everything at once. */
(() => {
  "use strict";
  const RUN = /[\u3400-\u9fff]+|[a-z0-9]+/g;
  const COMMON = new Set("的了是在也就都而把被它这那个哪么吗呢吧和与及或很");
  const GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon phi chi psi omega".split(" ");
  /* Words that say what kind of thing is meant, or that something is asked. They neither help nor hurt a name. */
  const FILLERS = new Set(`a an and are as at be by can d do does for from function functions how i if in is it loss losses me my of on or should that the there to
    use used using what when where which with why method algorithm definition formula optimizer python 损失 函数`.split(/\s+/));
  const BEFORE = /^(?:什么是|怎么用|如何|怎样|怎么|哪些|请问)/;
  const BEHIND = /(?:是什么|什么意思|怎么用|的?公式|的?定义|的?推导|的?梯度|损失函数|损失|函数|优化器|算法|方法)$/;
  const QUESTIONS = /(?:请问|什么|怎么|如何|怎样|哪个|哪些|哪种|为什么|用|应该|可以|适合|有没有)/g;
  const CODE = /(?:^|=\s*)((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)\s*(?:\(([^()]*\)?)?)?;?\s*$/;
  const MATHS = /[\\^{}=‖|]|[α-ω∑∂ŷ]/;
  const EDITORS = {tf: "keras", keras: "keras", torch: "torch", nn: "torch", F: "torch", optim: "torch", optax: "optax", jax: "optax", sklearn: "sklearn"};
  const TEXT_SHARE = 330, FACET_SHARE = 300;
  const SHARES = [1, 0.87, 0.73, 0.57, 0.4, 0.25];

  /** One way to call something, ready to be compared.
      @typedef {{shown: string, flat: string, core: string, words: string[], worth: number, sort: "name"|"sound"|"api"}} Way */
  /** Something found. @typedef {{number: number, score: number, via: string, sort: string, byText: boolean, facet?: string}} Hit */

  /** One spelling for all: NFKC, lower case, Greek letters by name, American endings. @param {string} text */
  function fold(text) {
    const plain = text.normalize("NFKC").toLowerCase().replace(/[α-ω]/g, letter => GREEK[letter.charCodeAt(0) - 0x3b1] || letter);
    return plain.replace(/is(?=ation|ing\b|ed?\b|ers?\b)(?<=[a-z]{3})/g, "iz");
  }
  const runs = text => fold(text).match(RUN) || [];
  const isChinese = text => text >= "\u3400";

  /** An English word without the endings of plural and past. @param {string} word */
  function stem(word) {
    for (const [ending, instead] of [["sses", "ss"], ["xes", "x"], ["ies", "y"], ["ed", ""], ["s", ""]]) {
      if (word.endsWith(ending) && word.length - ending.length + instead.length > 2 && !/(?:ss|us|is|eed)$/.test(word)) return word.slice(0, -ending.length) + instead;
    }
    return word;
  }

  /** What a text is looked for by. @param {string} text @returns {string[]} */
  function tokens(text) {
    const found = [];
    for (const run of runs(text)) {
      if (!isChinese(run)) found.push(stem(run));
      else if (run.length === 1) found.push(run);
      else for (let i = 0; i + 1 < run.length; i++) if (!COMMON.has(run[i]) && !COMMON.has(run[i + 1])) found.push(run.slice(i, i + 2));
    }
    return [...new Set(found)];
  }

  /** Words without fillers, unless nothing else is there. @param {string[]} words */
  function telling(words) {
    const kept = words.filter(word => !FILLERS.has(word));
    return kept.length ? kept : words;
  }

  /** The part of the index that holds a token. @param {string} token @param {number} count */
  function shard(token, count) {
    let value = 7;
    for (const character of isChinese(token) ? token.slice(0, 1) : token.slice(0, 3)) value = (Math.imul(value, 31) + character.charCodeAt(0)) & 0x7fffffff;
    return (value ^ value >> 7) % count;
  }

  /** TeX as it is compared. @param {string} tex */
  function flatFormula(tex) {
    const bare = tex.replace(/\\(?:Vert|\||mid\b|parallel)|‖|∥/g, "|")
      .replace(/\\(?:left|right|mathrm|mathbf|mathbin|mathcal|operatorname|text|tfrac|dfrac|frac|abs|quad|qquad|[,;:! ])(?![a-z])/g, " ");
    const accents = bare.normalize("NFD").replace(/(.)\u0302/g, "hat$1");
    return fold(accents).replace(/[\\{}\s()[\]]+/g, "").replace(/\|+/g, "|");
  }

  /** A name without the words that many names share. @param {string[]} pieces */
  function core(pieces) {
    const kept = pieces.map(piece => isChinese(piece) ? shorn(piece) : FILLERS.has(piece) ? "" : stem(piece)).join("");
    return kept || pieces.join("");
  }
  function shorn(run) {
    let last;
    do { last = run; run = run.replace(BEFORE, "").replace(BEHIND, ""); } while (run !== last);
    return run;
  }

  /** How many slips, up to `most`, lie between two words: a letter more, less, other, or two swapped. */
  function slips(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let before = [], row = Array.from({length: b.length + 1}, (_, j) => j);
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      for (let j = 1; j <= b.length; j++) {
        let cost = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2] + 1);
        next.push(cost);
      }
      if (Math.min(...next) > most) return most + 1;
      [before, row] = [row, next];
    }
    return row[b.length];
  }
  const allowed = text => isChinese(text) ? Number(text.length > 2) : text.length > 7 ? 2 : Number(text.length > 2);
  const soft = sound => sound.replace(/([zcs])h/g, "$1").replace(/ng/g, "n");

  /** The index with everything that every query needs, worked out once. */
  function prepare({rows, names, apis, signs, facets, spelling, odd, shards}) {
    const sounds = new Map();
    Object.entries(spelling).forEach(([syllable, characters]) => [...characters].forEach(character => sounds.set(character, syllable)));
    const way = (shown, sort, worth) => {
      const pieces = runs(sort === "api" ? shown.replace(/([a-z\d])([A-Z])/g, "$1 $2") : shown);
      let length = 0;
      const starts = pieces.map(piece => (length += piece.length) - piece.length);
      return {shown, sort, worth, starts, flat: pieces.join(""), core: core(pieces), words: telling(tokens(shown))};
    };
    const spelled = name => {
      if (!/[\u3400-\u9fff]/.test(name)) return [];
      const syllables = odd[name]?.split(" ") || [...name].map(character => sounds.get(character) || character);
      const whole = runs(syllables.join("")).join("");
      const initials = runs(syllables.map(part => (/^[a-z]/.test(part) ? part[0] : part)).join("")).join("");
      const extra = {shown: name, sort: "sound", words: [], core: ""};
      return [{...extra, flat: whole, soft: soft(whole), worth: 0.97}, {...extra, flat: initials, worth: initials.length > 1 ? 0.94 : 0, initials: true}];
    };
    const ways = names.map((line, number) => {
      const own = line.split("\t"), id = rows[number][0].split("/").pop();
      const called = own.map((name, place) => way(name, "name", place ? 0.99 : 1));
      const symbols = apis[number].split("\t").filter(Boolean).map((symbol, place) => ({...way(symbol, "api", 1 - place / 400), parts: symbol.split(".")}));
      called.filter(({starts, flat}) => starts.length > 1 && !/[\u3400-\u9fff]/.test(flat)).forEach(({shown, starts, flat}) => {
        const initials = starts.map(start => flat[start]).join("");
        called.push({shown, sort: "sound", words: [], core: "", soft: "", flat: initials, worth: 0.9, initials: true});
      });
      return [...called, way(id, "name", 0.98), ...own.flatMap(spelled), ...symbols];
    });
    const df = new Map();
    ways.forEach(list => new Set(list.flatMap(w => w.words)).forEach(word => df.set(word, (df.get(word) || 0) + 1)));
    const rarity = word => Math.log(1 + rows.length / (df.get(word) || 0.7));
    const members = new Map(facets.map(([key, , , gaps]) => [key, new Set(numbers(gaps))]));
    return {rows, names: names.map(line => line.split("\t")[0]), ways, signs: signs.map(list => list.split(" ")), facets, members, rarity, shards};
  }

  /** Numbers from the gaps between them. @param {string} gaps @returns {number[]} */
  function numbers(gaps) {
    let last = 0;
    return gaps ? gaps.split(" ").map(gap => (last += parseInt(gap, 36))) : [];
  }

  /** What is asked, in the forms that names and texts are compared with. @param {string} text */
  function understand(text) {
    const pieces = runs(text), code = text.match(CODE);
    const dotted = code && /[._]|[a-z][A-Z]|\(/.test(text) ? code[1].split(".").filter(Boolean) : null;
    const asked = text.replace(QUESTIONS, " ");
    return {
      text, flat: pieces.join(""), core: core(runs(asked)) || core(pieces), soft: soft(pieces.join("")), words: telling(tokens(asked)),
      parts: dotted && dotted.at(-1).length > 1 ? dotted : null, maths: MATHS.test(text) ? flatFormula(text) : "",
    };
  }

  /** How well a query names something, from 0 to 1000. @param {Way} way */
  function compare(query, way, rarity) {
    if (way.sort === "api") return apiScore(query, way);
    const {flat} = query;
    if (way.flat === flat) return 1000 * way.worth;
    const rest = way.flat.length - flat.length;
    if (way.sort === "sound") {
      if (way.soft && way.soft === query.soft) return 900;
      if (flat.length > 1 && way.flat.startsWith(flat)) return (way.initials ? 450 : flat.length > 3 ? 640 : 540) - 2 * rest;
      return flat.length > 7 && !way.initials && slips(flat, way.flat, 1) < 2 ? 500 : 0;
    }
    let best = query.core === way.core ? 900 : 0;
    if (way.flat.startsWith(flat)) best = Math.max(best, 700 - 2 * rest);
    else if (way.core.startsWith(query.core)) best = Math.max(best, 660 - 2 * rest);
    else if (inside(flat, way)) best = Math.max(best, 500 - rest);
    else if (isChinese(flat) && skips(flat, way.flat)) best = Math.max(best, 500 - 8 * rest);
    else if (isChinese(query.core) && skips(way.core, query.core)) best = Math.max(best, 480 + 8 * rest);
    if (best < 500) best = Math.max(best, slipScore(query, way), 600 * overlap(query.words, way.words, rarity));
    return best * way.worth;
  }

  function slipScore(query, way) {
    for (const form of ["flat", "core"]) {
      const most = allowed(query[form]);
      const found = most ? slips(query[form], way[form], most) : 9;
      if (found <= most && (query.flat.length > 3 || way.flat[0] === query.flat[0])) return (form === "flat" ? 560 : 520) - 60 * found - (isChinese(query.flat) ? 80 : 0);
    }
    return 0;
  }

  /** Whether a name holds these letters from the start of one of its words on, or these characters. */
  function inside(flat, way) {
    if (isChinese(flat)) return way.flat.includes(flat);
    return flat.length > 1 && way.starts.some(start => way.flat.startsWith(flat, start));
  }

  /** Whether a Chinese name was shortened to these characters: 术语速查表 to 术语表. */
  function skips(short, long) {
    let at = 0;
    for (const character of long) if (character === short[at]) at++;
    return short.length > 2 && long[0] === short[0] && at === short.length && long.length <= 2 * short.length;
  }

  /** How much two lists of words share, by how telling the words are; 0 where it is little. */
  function overlap(asked, own, rarity) {
    const weigh = words => words.reduce((sum, word) => sum + rarity(word), 0);
    const shared = weigh(asked.filter(word => own.includes(word)));
    const share = shared ? 2 * shared / (weigh(asked) + weigh(own)) : 0;
    const whole = own.length > 0 && own.every(word => asked.includes(word)); // a name among other words: "hinge vs logistic"
    return share >= 0.5 ? share : whole ? 0.5 : 0;
  }

  /** How near a name is to some words: of several entries with one symbol, it belongs to the one that is called so. */
  function likeness(way, words, rarity) {
    const weigh = some => some.reduce((sum, word) => sum + rarity(word), 0);
    return way.sort === "name" ? 2 * weigh(way.words.filter(word => words.includes(word))) / (weigh(way.words) + weigh(words)) : 0;
  }

  /** A pasted name of a library: its last part counts, the parts before it break ties. */
  function apiScore(query, way) {
    const parts = query.parts || [query.text.trim()];
    const last = runs(parts.at(-1)).join(""), own = runs(way.parts.at(-1)).join("");
    if (!last || isChinese(last)) return 0;
    const editor = EDITORS[parts[0]];
    const home = parts.length > 1 && (!editor || way.parts[0] === editor) ? 30 : 0;
    if (last === own) return (parts.length > 1 || query.parts ? 940 : 780) * way.worth + home;
    if (last.length > 3 && own.startsWith(last)) return 560 - (own.length - last.length) + home;
    if (last.length > 5 && slips(last, own, 1) < 2) return 480 + home;
    return 0;
  }

  /** Hits by name. @returns {Map<number, {score: number, way: Way}>} */
  function byName(index, query) {
    const found = new Map();
    const bare = query.parts && query.parts.length + query.text.length ? understand(query.parts.at(-1).replace(/_+$/, "").replace(/([a-z\d])([A-Z])/g, "$1 $2")) : null;
    index.ways.forEach((list, number) => {
      let best = 0, by;
      for (const way of list) {
        let score = compare(query, way, index.rarity);
        if (bare && way.sort === "name") score = Math.max(score, 0.97 * compare(bare, way, index.rarity));
        if (score > (by === list[0] ? 1.15 : 1) * best) [best, by] = [score, way]; // its title says it, if nearly as well
      }
      if (bare && best > 500) best += 200 * Math.max(...list.map(way => likeness(way, bare.words, index.rarity)));
      const place = index.signs[number].indexOf(query.flat);
      if (place >= 0 && best < 640) [best, by] = [650 - 10 * place - index.signs[number].length, {shown: query.text.trim(), sort: "sign"}];
      if (best > 0) found.set(number, {score: best, way: by});
    });
    return found;
  }

  /** Hits by formula. @returns {Promise<Map<number, number>>} */
  async function byFormula(query) {
    if (query.maths.length < 3) return new Map();
    const formulas = await kb.data("search/formulas");
    const places = formulas.map((formula, number) => [number, formula.indexOf(query.maths)]).filter(([, place]) => place >= 0);
    return new Map(places.map(([number, place]) => [number, 620 - Math.min(place, 99) - Math.min(formulas[number].length / 10, 60)]));
  }

  /** Hits by title, authors and year of a reference. @returns {Promise<Map<number, number>>} */
  async function byPaper(query, best) {
    const words = query.words.filter(word => !isChinese(word) && word.length > 2);
    if (best > 640 || !words.length) return new Map();
    const shelf = await kb.data("search/papers"), found = new Map();
    shelf.forEach((papers, number) => papers && papers.split("\t").forEach((paper, place) => {
      const own = tokens(paper), share = words.filter(word => own.includes(word)).length / query.words.length;
      if (share > 0.7) found.set(number, Math.max(found.get(number) || 0, (words.length > 2 ? 600 : 400) * share - 5 * place - own.length / 4));
    }));
    return found;
  }

  /** Shares of a query's words in the texts, from 0 to 1. @returns {Promise<Map<number, number>>} */
  async function byText(index, words) {
    const lists = await Promise.all(words.map((word, i) => postings(index, word, i === words.length - 1)));
    const total = index.rows.length, sums = new Map();
    let whole = 0;
    lists.forEach((list, i) => {
      const known = list.size ? 1 : 0.3; // a word that no text holds tells little; in Chinese it mostly lies between two words
      const weight = known * Math.log(1 + total / (1 + list.size));
      whole += weight;
      list.forEach((share, number) => {
        const [sum, met] = sums.get(number) || [0, 0];
        sums.set(number, [sum + weight * share, met + weight]);
      });
    });
    return new Map([...sums].map(([number, [sum, met]]) => [number, sum / whole * (met / whole) ** 1.5]).filter(([, share]) => share > 0.08));
  }

  /** Number -> share for one word; the last word may still be typed, and a word unknown to the texts may have a slip. */
  async function postings(index, word, last) {
    const part = await kb.data(`search/text-${shard(word, index.shards)}`);
    const chosen = part[word] ? [[word, 1]] : [];
    const more = isChinese(word) ? word.length === 1 : last && word.length > 2;
    if (more) chosen.push(...Object.keys(part).filter(other => other !== word && other.startsWith(word)).map(other => [other, part[word] ? 0.4 : 0.8]));
    if (!chosen.length && allowed(word) && !isChinese(word)) chosen.push(...Object.keys(part).filter(other => slips(word, other, 1) < 2).map(other => [other, 0.6]));
    const found = new Map();
    chosen.forEach(([token, worth]) => part[token].split(",").forEach((gaps, level) => numbers(gaps).forEach(number =>
      found.set(number, Math.max(found.get(number) || 0, worth * SHARES[level])))));
    return found;
  }

  /** Shares of a query that facets say: "robust to outliers" means all losses that are. @returns {Map<number, [number, string]>} */
  function byFacet(index, words) {
    const found = new Map();
    for (const [key, shown] of index.facets) {
      const said = tokens(shown).filter(word => !FILLERS.has(word));
      if (!said.length || !["task", "property"].includes(group(key)) || !said.every(word => words.includes(word))) continue;
      const share = said.length / words.length;
      index.members.get(key).forEach(number => share > (found.get(number)?.[0] || 0) && found.set(number, [share, shown]));
    }
    return found;
  }

  /** Little favours: to what the query says it wants, and to entries before lists. */
  function suits(index, number, text) {
    const path = index.rows[number][0];
    if (!/^(?:losses|terms|optimizers)\/(?!index)/.test(path)) return 0.97;
    const wanted = /loss|损失/i.test(text) ? "losses/" : /optimi[sz]er|优化器/i.test(text) ? "optimizers/" : "-";
    return path.startsWith(wanted) ? 1.06 : 1;
  }

  /** Everything that a text finds, best first. @returns {Promise<Hit[]>} */
  async function find(index, text) {
    const query = understand(text);
    if (!query.flat && !query.maths) return [];
    const named = byName(index, query);
    const best = Math.max(...[...named.values()].map(({score}) => score));
    const none = () => new Map();
    const [formulas, texts, papers] = await Promise.all([
      byFormula(query).catch(none), byText(index, query.words).catch(none), byPaper(query, best).catch(none),
    ]);
    const meant = byFacet(index, query.words);
    const hits = [...new Set([...named.keys(), ...formulas.keys(), ...texts.keys(), ...papers.keys()])].map(number => {
      const written = Math.max(formulas.get(number) || 0, papers.get(number) || 0);
      const name = Math.max(named.get(number)?.score || 0, written);
      const told = TEXT_SHARE * (texts.get(number) || 0) + FACET_SHARE * (meant.get(number)?.[0] || 0);
      const score = Math.max(name, told) + Math.min(name, told) / 4;
      const sort = written && written === name ? "written" : named.get(number)?.way.sort;
      const byText = name < told;
      return {number, score: score * suits(index, number, query.text), byText, sort, via: named.get(number)?.way.shown, facet: byText && meant.get(number)?.[1]};
    });
    hits.sort((a, b) => b.score - a.score || a.number - b.number);
    return hits.filter(hit => hit.score > Math.max(30, 0.22 * hits[0].score));
  }

  /** The names that come nearest to a text that finds nothing. @returns {Hit[]} */
  function nearest(index, text) {
    const {flat} = understand(text);
    if (!flat) return [];
    const alike = way => {
      if (!way.flat || way.sort === "api") return 0;
      const pairs = word => new Set([...word].map((_, i) => word.slice(i, i + (isChinese(word) ? 1 : 2))));
      const [a, b] = [pairs(flat), pairs(way.flat)];
      return 2 * [...a].filter(pair => b.has(pair)).length / (a.size + b.size);
    };
    const scored = index.ways.map((list, number) => ({number, score: Math.max(...list.map(alike)), sort: "name", via: "", byText: false}));
    return scored.filter(hit => hit.score > 0.25).sort((a, b) => b.score - a.score).slice(0, 5);
  }

  const group = key => key.split(":")[0];
  /* Properties narrow one another; of tasks, kinds and libraries any one is enough. */
  function passes(index, number, chosen) {
    const groups = new Set(chosen.map(group));
    return [...groups].every(name => {
      const own = chosen.filter(key => group(key) === name).map(key => index.members.get(key).has(number));
      return name === "property" ? own.every(Boolean) : own.some(Boolean);
    });
  }

  /** How many results each facet would leave. @returns {Map<string, number>} */
  function counts(index, hits, chosen) {
    const found = new Map();
    const pools = new Map();
    for (const [key] of index.facets) {
      const name = group(key);
      if (!pools.has(name)) {
        const others = name === "property" ? chosen : chosen.filter(other => group(other) !== name);
        pools.set(name, hits.filter(hit => passes(index, hit.number, others)));
      }
      found.set(key, pools.get(name).filter(hit => index.members.get(key).has(hit.number)).length);
    }
    return found;
  }

  /** The facets that `#…` may mean: by the start of their words or of their key. @param {string} tag without # */
  function facetsFor(index, tag) {
    const wanted = runs(tag).join("");
    return index.facets.map(([key, shown, english]) => {
      const names = [shown, english, key.split(":")[1]].map(name => runs(name).join(""));
      const rank = names.includes(wanted) ? 0 : names.some(name => name.startsWith(wanted)) ? 1 : wanted.length > 1 && names.some(name => name.includes(wanted)) ? 2 : 9;
      return {key, shown, rank};
    }).filter(({rank}) => rank < 9).sort((a, b) => a.rank - b.rank);
  }

  /** Pieces of a text, those that a query asked for marked. @param {string} text @param {string[]} words @returns {[string, boolean][]} */
  function mark(text, words) {
    const hit = new Array(text.length).fill(false);
    const lower = text.toLowerCase();
    for (const word of words) {
      for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1)) {
        if (!isChinese(word) && /[a-z0-9]/.test(lower[at - 1] || "")) continue;
        let end = at + word.length;
        if (!isChinese(word)) while (/[a-z]/.test(lower[end] || "")) end++;
        hit.fill(true, at, end);
      }
    }
    const pieces = [];
    for (let i = 0; i < text.length; i++) {
      if (pieces.length && pieces.at(-1)[1] === hit[i]) pieces.at(-1)[0] += text[i];
      else pieces.push([text[i], hit[i]]);
    }
    return pieces;
  }

  let engine;
  kb.feature("find", () => engine ||= kb.data("search/names").then(content => {
    const index = prepare(content);
    const everything = () => index.rows.map((_, number) => ({number, score: 0, via: "", sort: "name", byText: false}));
    return {
      facets: index.facets, rows: index.rows, names: index.names, mark, tokens, shard, fold, flatFormula,
      facetsFor: tag => facetsFor(index, tag),
      nearest: text => nearest(index, text),
      words: text => understand(text).words,
      /** @param {string} text @param {string[]} chosen keys of facets */
      async ask(text, chosen = []) {
        const hits = text.trim() ? await find(index, text) : chosen.length ? everything() : [];
        const pool = text.trim() ? hits : everything();
        return {hits: hits.filter(hit => passes(index, hit.number, chosen)), counts: counts(index, pool, chosen)};
      },
    };
  }));
})();
