/* On pages of the preview: shows the page anew when it has changed, and what is to be mended while it cannot. */
(() => {
  "use strict";
  const script = document.currentScript, mine = script.dataset.digest;
  const words = document.documentElement.lang.startsWith("zh")
    ? {head: "有待修改；页面保持最后一次正确的样子", gone: "预览已停止；重新运行 make serve 后会自己接上"}
    : {head: "To mend; the page stays as it was when all was right", gone: "The preview has stopped; it comes back when make serve runs"};
  const box = document.createElement("div");
  box.id = "kb-preview";
  box.setAttribute("role", "status");
  box.style.cssText = "position:fixed;inset:auto 0 0;z-index:1000;max-height:45vh;overflow:auto;margin:0;padding:.8rem 1.2rem;"
    + "background:#7a1420;color:#fff;font:.8rem/1.5 ui-monospace,monospace;white-space:pre-wrap;overflow-wrap:anywhere;color-scheme:dark";
  box.hidden = true;
  document.body.append(box);
  let source = null;

  /** Show lines at the foot of the window, or nothing. @param {string} head @param {string[]} lines */
  function tell(head, lines) {
    box.hidden = !head;
    box.textContent = [head, ...lines].join("\n");
  }

  function listen() {
    if (source || document.visibilityState === "hidden") return;
    source = new EventSource(`/-/events?${new URLSearchParams({page: decodeURIComponent(location.pathname)})}`);
    source.addEventListener("message", ({data}) => {
      const {digest, problems} = JSON.parse(data);
      if (digest !== mine) location.reload();
      else tell(problems.length ? words.head : "", problems);
    });
    source.addEventListener("error", () => tell(words.gone, []));
  }

  /** Browsers allow few connections to one address, so a tab that nobody sees gives up its own. */
  function rest() {
    source?.close();
    source = null;
  }
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" ? rest() : listen());
  addEventListener("pagehide", rest);
  addEventListener("pageshow", listen);
  listen();
})();
