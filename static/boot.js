// Starts the page. An ordinary script instead of trunk's inline one, because the Content-Security-Policy allows no
// inline script; a classic one, because inside a sandboxed frame a module script would not even load from a server
// without CORS, and then nobody could say what is wrong.
//
// Knows: the blocks of data in index.html (`headroom-page`, `headroom-lessons`, `headroom-workers`, `headroom-base`, `headroom-build`) and the elements
// `app` and `trouble`. Knows nothing of the labs but that the first lanes of an address need workers, which it starts.
//
// The page may tell of a failure of its own, for instance a worker that does not start, with
//   document.dispatchEvent(new CustomEvent("headroom:trouble", { detail: "what happened, and what helps" }))
(function () {
  "use strict";
  const root = document.documentElement;

  // Before the first paint: which theme, whether a lab will come or an embed, and that scripts run at all.
  root.dataset.scripts = "on";
  if (/^#\/(embed|lab)\//.test(location.hash)) root.dataset.lab = "";
  const ofLessons = () => /^#\/(lessons?|interview|exercises?|progress)(\/|$)/.test(location.hash);
  if (ofLessons()) root.dataset.course = "";
  if (location.hash.startsWith("#/embed/")) root.dataset.embed = "";
  const asked = /[?&]theme=(light|dark|projector)(&|$)/.exec(location.hash);
  if (asked) {
    root.dataset.theme = asked[1];
  } else {
    try {
      const kept = localStorage.getItem("headroom.theme");
      if (kept) root.dataset.theme = kept;
    } catch {
      // Storage is refused inside a sandboxed frame: the system's theme it is.
    }
  }

  function whenParsed(action) {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", action, { once: true });
    else action();
  }

  function trouble(what) {
    whenParsed(function () {
      const notice = document.getElementById("trouble");
      if (!notice) return;
      notice.textContent = what;
      notice.hidden = false;
      root.dataset.started = "failed";
    });
  }
  document.addEventListener("headroom:trouble", (event) => trouble(String(event.detail)));

  // The list of labs closes when something in it is chosen, when the person goes elsewhere, and with Escape, which gives
  // the focus back to what opened it.
  whenParsed(function () {
    const menu = document.getElementById("labs-menu");
    if (!menu) return;
    const close = () => menu.removeAttribute("open");
    menu.addEventListener("click", (event) => event.target.closest("a") && close());
    document.addEventListener("pointerdown", (event) => menu.contains(event.target) || close());
    menu.addEventListener("focusout", (event) => event.relatedTarget && !menu.contains(event.relatedTarget) && close());
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      close();
      menu.querySelector("summary").focus();
    });
  });

  function block(name) {
    const element = document.getElementById(name);
    return element ? JSON.parse(element.textContent) : {};
  }

  const address = (relative) => new URL(relative, document.baseURI).href;
  const sandboxed = self.origin === "null";

  // The same words for every way a file may fail to arrive; the browser's own reason stays in the console.
  function notLoaded() {
    if (location.protocol === "file:") {
      return "Headroom cannot run from a file: browsers load WebAssembly only from a web server. Serve this folder with any static web server and open its address.";
    }
    if (sandboxed) {
      return "Headroom's files were refused inside this sandboxed frame. The server that holds them must send the header “Access-Control-Allow-Origin: *”.";
    }
    return "Headroom's program did not load. Check the connection and reload the page; if that does not help, a filter or a policy on this network or browser may block WebAssembly (files ending in .wasm).";
  }

  // Workers. There is one way to start one, which works in a plain page and in a sandboxed frame alike: a classic worker from a
  // blob that holds wasm-bindgen's `no-modules` glue, to which the compiled module is posted. Where a browser refuses to pass
  // a module on, its bytes are posted after three seconds; where that does not help either, a sentence says so.
  const PATIENCE = 3000;

  // Runs in the worker before its program does, and hands the module over to the glue. The rest of the program follows by itself
  // when the lab stands; `headroomRest` is for crates/rest: whoever asks something unusual before that has to wait. A request
  // that is not answered is made once more, under another name: a browser's cache can be what it waits for.
  const FIRST_WORDS = `
let exports;
self.onmessage = ({ data: [module, rest, whole] }) => {
  const ask = (address, patience) => {
    const request = new XMLHttpRequest();
    request.open("GET", address, false);
    request.responseType = "arraybuffer";
    request.timeout = patience;
    request.send();
    if (request.status !== 200) throw new Error("a part of its program did not load (" + request.status + ")");
    return request.response;
  };
  const bytes = () => {
    try { return ask(rest, ${PATIENCE}); } catch { return ask(rest + "?again", 0); }
  };
  self.headroomRest = (exports) => new WebAssembly.Instance(new WebAssembly.Module(bytes()), { "": exports });
  try {
    exports = wasm_bindgen.initSync({ module });
    if (whole) complete(whole);
  } catch (reason) {
    self.postMessage({ failed: String(reason) });
  }
};
const complete = (rest) => new WebAssembly.Instance(rest, { "": exports });
self.addEventListener("message", ({ data }) => {
  if (data.rest) complete(data.rest);
});
self.onmessageerror = () => self.postMessage({ unreadable: true });
`;

  // The programs of the first lab come in two parts, cut by what it runs as it opens by itself (xtask/src/split/). With anything
  // else that is asked of it, and elsewhere, the rest comes along.
  const firstIsEnough = () => location.hash === "#/lab/balancing";

  // What the workers of a lab are made from: fetched and compiled once; what has failed is fetched anew.
  const sources = {};
  function sourceOf(lab) {
    const names = block("headroom-workers")[lab];
    const file = async (name) => {
      const answer = await fetch(address(name));
      if (!answer.ok) throw new Error("the server answered " + answer.status);
      return answer;
    };
    const script = async () => {
      const glue = await (await file(names.glue)).text();
      return URL.createObjectURL(new Blob([glue, FIRST_WORDS], { type: "text/javascript" }));
    };
    const source = (sources[lab] ??= {
      script: script(),
      module: WebAssembly.compileStreaming(file(names.module)),
      bytes: async () => (await file(names.module)).arrayBuffer(),
      rest: names.rest && address(names.rest),
      // Asked for once, when the first of its workers has something to say. Without it each asks for itself.
      whole: () => (source.later ??= names.rest ? WebAssembly.compileStreaming(file(names.rest)).catch(() => null) : null),
    });
    // Whoever waits for it tells of a failure, one at a time.
    source.module.catch(() => {});
    return source;
  }

  // A worker of `lab`. Whoever listens hears null when it is ready, a buffer when its program says something, and a sentence when
  // it does not start or has stopped; what came before somebody listened is kept for them.
  function startWorker(lab) {
    let state = "starting";
    let worker, listener, patience, source;
    let sentBytes = false;
    let whole = false;
    const heard = [];
    const waiting = [];

    const say = (what) => (listener ? listener(what) : heard.push(what));
    const pass = (buffer) => worker.postMessage(buffer, [buffer]);
    function fail(sentence) {
      clearTimeout(patience);
      if (state === "failed" || state === "ended") return;
      state = "failed";
      say(sentence);
    }

    async function begin() {
      try {
        source = sourceOf(lab);
        const script = await source.script;
        if (state === "ended") return;
        worker = new Worker(script);
        worker.onmessage = ({ data }) => read(data);
        worker.onerror = (event) => {
          event.preventDefault();
          fail(`The program that computes the experiment has stopped: ${event.message ?? "it did not load"}.`);
        };
        const rest = firstIsEnough() ? null : await source.whole();
        whole = Boolean(rest);
        worker.postMessage([await source.module, source.rest, rest]);
        patience = setTimeout(tryBytes, PATIENCE);
      } catch (reason) {
        delete sources[lab];
        fail(`The program that computes the experiment did not load (${reason.message}). Check the connection and try again.`);
      }
    }

    // The module did not arrive, or nothing is heard: the other way, or the end of ways.
    async function tryBytes() {
      clearTimeout(patience);
      if (state !== "starting") return;
      if (sentBytes) {
        say("This browser does not start the worker that computes the experiment. A policy of this site, of the browser or of an extension may forbid workers or WebAssembly in them.");
        return;
      }
      sentBytes = true;
      // Without them nothing is heard, and the wait ends with a sentence.
      const bytes = await source.bytes().catch(() => null);
      if (bytes && state === "starting") worker.postMessage([bytes, source.rest]);
      patience = setTimeout(tryBytes, PATIENCE);
    }

    // The lab stands: the rest of the program comes before anybody needs it.
    async function complete() {
      if (whole || sentBytes) return;
      whole = true;
      const rest = await source.whole();
      if (rest && state === "ready") worker.postMessage({ rest });
    }

    function read(data) {
      if (data instanceof ArrayBuffer) {
        say(data);
        complete();
      } else if (data === "ready") {
        clearTimeout(patience);
        state = "ready";
        waiting.splice(0).forEach(pass);
        say(null);
      } else if (data.unreadable) {
        tryBytes();
      } else if ("panic" in data) {
        fail(`The program that computes the experiment has stopped: ${data.panic}`);
      } else {
        fail(`The program that computes the experiment does not start: ${data.failed}`);
      }
    }

    begin();
    return {
      lab,
      // Not at once: the page is in the middle of something when it asks for a worker.
      listen: (who) =>
        queueMicrotask(() => {
          if (state !== "ended") listener = who;
          while (listener && heard.length) listener(heard.shift());
        }),
      post: (buffer) => (state === "ready" ? pass(buffer) : waiting.push(buffer)),
      end() {
        state = "ended";
        listener = null;
        clearTimeout(patience);
        worker?.terminate();
      },
    };
  }

  // The page asks here for its workers (crates/page/src/worker_start.rs). Those of the lab that it is opened with are started before it is
  // there; what it does not take ends.
  let early = [];
  globalThis.headroomWorker = (lab, listener) => {
    const at = early.findIndex((worker) => worker.lab === lab);
    const worker = at < 0 ? startWorker(lab) : early.splice(at, 1)[0];
    worker.listen(listener);
    return worker;
  };

  // How many lanes an address has that names none, and at most; one core is left to the page (crates/page/src/pool.rs).
  const LANES = 2;
  const MOST_LANES = 4;
  function startEarly() {
    const [, lab, text] = /^#\/(?:lab|embed)\/([a-z-]+)(.*)/.exec(location.hash) ?? [];
    if (!lab || !Object.hasOwn(block("headroom-workers"), lab)) return;
    const lanes = /[?&]policy=([^&]*)/.exec(text)?.[1].split(",").length ?? LANES;
    const most = Math.min(lanes, MOST_LANES, navigator.hardwareConcurrency - 1 || 1);
    early = Array.from({ length: most }, () => startWorker(lab));
  }
  const endEarly = () => early.splice(0).forEach((worker) => worker.end());

  // Whoever calls a function of the rest before it is there has to wait for it; that is what `headroomRest` is for. Mostly nobody
  // has to: where the first part is not enough the rest is fetched at the same time, and the page asks for it as soon as the first
  // lab runs.
  const rest = { module: null, coming: null, whole: null };
  globalThis.headroomRest = (exports) => {
    rest.module ??= new WebAssembly.Module(bytesNow(address(block("headroom-page").rest)));
    new WebAssembly.Instance(rest.module, { "": exports });
  };

  globalThis.headroomRestComing = () => {
    rest.whole ??= started.then(async (exports) => {
      await fetchRest();
      if (rest.module) await WebAssembly.instantiate(rest.module, { "": exports });
    }).catch((reason) => {
      rest.whole = null;
      console.error("The rest of Headroom did not load:", reason);
      trouble(notLoaded());
      throw reason;
    });
    return rest.whole;
  };

  // With the styles of what it brings.
  function fetchRest() {
    const page = block("headroom-page");
    const main = document.querySelector('link[rel="stylesheet"]');
    rest.coming ??= Promise.all([
      linkStyles(page.later, main),
      page.rest && WebAssembly.compileStreaming(fetch(address(page.rest))).then((module) => (rest.module = module)),
    ]);
    rest.coming.catch(() => (rest.coming = null));
    return rest.coming;
  }

  // Without a turn of the event loop in between. A page, unlike a worker, may not ask for bytes like this: they come as
  // characters.
  function bytesNow(address) {
    const request = new XMLHttpRequest();
    request.open("GET", address, false);
    request.overrideMimeType("text/plain; charset=x-user-defined");
    request.send();
    if (request.status === 200) return Uint8Array.from(request.responseText, (character) => character.charCodeAt(0) & 0xff);
    trouble(notLoaded());
    throw new Error("the rest of the program did not load: " + request.status);
  }

  // The base stands in index.html; a host whose own policy refuses that gets it as a file.
  function dressBase() {
    const base = block("headroom-base").styles;
    if (!base || getComputedStyle(root).getPropertyValue("--step")) return;
    linkStyles(base, document.querySelector('link[rel="stylesheet"]').previousElementSibling);
  }

  let hasStarted;
  const started = new Promise((resolve) => (hasStarted = resolve));

  async function start() {
    if (typeof WebAssembly !== "object" || typeof WebAssembly.instantiateStreaming !== "function") {
      trouble("Headroom simulates its experiments with WebAssembly, which this browser does not have or has switched off (some hardened modes do). Allow it for this site, or use another browser.");
      return;
    }
    startEarly();
    dressBase();
    // Lessons are a program of their own, beside the page's, which then mounts the experiments in them.
    if (ofLessons()) await load("headroom-lessons");
    else addEventListener("hashchange", loadLessons);
    if (!firstIsEnough()) await fetchRest().catch(() => null);
    hasStarted(await load("headroom-page"));
    setTimeout(endEarly, 1000);
  }

  function loadLessons() {
    if (!ofLessons()) return;
    removeEventListener("hashchange", loadLessons);
    load("headroom-lessons");
  }

  // After `place`, or last in the body, after all styles of the page. Who waits for it goes on without it as well: the text can then
  // still be read.
  function linkStyles(file, place) {
    return new Promise(function (done) {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = address(file);
      link.onload = link.onerror = done;
      if (place) place.after(link);
      else document.body.append(link);
    });
  }

  async function load(name) {
    const program = block(name);
    const dressed = program.styles && linkStyles(program.styles);
    try {
      const glue = await import(address(program.glue));
      await dressed;
      const exports = await glue.default({ module_or_path: address(program.module) });
      root.dataset.started = "yes";
      return exports;
    } catch (reason) {
      console.error("Headroom did not start:", reason);
      if (reason instanceof WebAssembly.CompileError) {
        trouble("This browser refused to compile Headroom's WebAssembly. A Content-Security-Policy without 'wasm-unsafe-eval' does that, and so does a browser that is too old: " + reason.message);
      } else if (reason instanceof WebAssembly.RuntimeError) {
        trouble("Headroom stopped while starting: " + reason.message + ". Reload the page; if the link came from someone else, try it without what follows the “#”.");
      } else {
        trouble(notLoaded());
      }
    }
  }

  // Offline use, outside frames only: a figure in someone's course must leave nothing behind in its reader's browser.
  function workOffline() {
    const secure = location.protocol === "https:" || ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
    if (!block("headroom-build").offline || sandboxed || window.top !== window.self || !secure) return;
    if (!("serviceWorker" in navigator) || "embed" in root.dataset) return;
    navigator.serviceWorker.register(address("./service-worker.js")).catch(function (reason) {
      console.info("Headroom will need the network next time:", reason.message);
    });
  }

  whenParsed(start);
  addEventListener("load", workOffline);
})();
