/* Keeps visited pages for reading offline. A page never meets parts of another version: it names its own, scripts and styles carry the
   hash of their content in their address (h), what loads later carries the version (v), and what does not fit is not served. */
const VERSION = "{version}", SITE = self.registration.scope, PREFIX = `kb ${SITE} `, NAME = PREFIX + VERSION;
const names = async () => [NAME, ...(await caches.keys()).filter(name => name.startsWith(PREFIX) && name !== NAME)];
const keep = async (key, answer) => (await caches.open(NAME)).put(key, answer);
const current = async () => (await (await fetch(`${SITE}version.json`, {cache: "no-store"})).json()).version;
const hex = buffer => [...new Uint8Array(buffer)].map(byte => byte.toString(16).padStart(2, "0")).join("");
async function kept(key) {
  for (const name of await names()) { const found = await (await caches.open(name)).match(key); if (found) return found; }
}
async function page(event, url) {
  const answer = await fetch(url, {cache: "no-cache"}).catch(() => null), key = url.split(/[?#]/)[0].replace(/\/$/, "/index.html");
  if (!answer) return await kept(key) || kept(`${SITE}offline.${url.startsWith(`${SITE}en/`) ? "en" : "zh"}.html`);
  const [text, copy] = [answer.clone().text(), answer.clone()];
  if (answer.ok) event.waitUntil(text.then(words => words.includes(`?v=${VERSION}"`) && keep(key, copy)));
  return answer.redirected ? Response.redirect(answer.url) : answer;
}
async function part(url, h, v) {
  const found = await kept(url); if (found) return found;
  const [answer, served] = await Promise.all([fetch(url), v && current()]);
  const fits = h ? hex(await crypto.subtle.digest("SHA-256", await answer.clone().arrayBuffer())).startsWith(h) : v === served;
  if (answer.ok && fits) await keep(url, answer.clone());
  return fits ? answer : Response.error();
}
function answer(event, {url, mode} = event.request, {pathname, searchParams} = new URL(url)) {
  if (mode === "navigate" || pathname.endsWith(".html")) return page(event, url);
  const [h, v] = ["h", "v"].map(name => searchParams.get(name));
  return h || v ? part(url, h, v) : fetch(event.request).catch(async () => await kept(url) || Response.error());
}
/* A copy that a reader has kept whole stays until the next one is whole: a page from it is of one version too. */
async function begin() {
  for (const name of await names()) if (name !== NAME && !await (await caches.open(name)).match(`${SITE}whole`)) await caches.delete(name);
  await clients.claim();
  (await clients.matchAll()).forEach(client => client.postMessage({version: VERSION}));
}
const first = ["zh", "en"].map(language => `${SITE}offline.${language}.html`);
addEventListener("install", event => event.waitUntil(caches.open(NAME).then(cache => cache.addAll(first)).then(() => skipWaiting())));
addEventListener("activate", event => event.waitUntil(begin()));
const ours = ({method, url, headers}) => method === "GET" && url.startsWith(SITE) && !headers.has("kb-save");
addEventListener("fetch", event => ours(event.request) && event.respondWith(answer(event)));
