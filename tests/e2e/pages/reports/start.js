// Whether the page starts, in the page itself and in a sandboxed frame, as far as can be seen from outside.
import { report } from "../report.js";

function frameWith(attributes) {
  const frame = document.createElement("iframe");
  for (const [name, value] of Object.entries(attributes)) frame.setAttribute(name, value);
  document.body.append(frame);
  return frame;
}

async function within(milliseconds, condition) {
  const end = performance.now() + milliseconds;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${milliseconds} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

await report({
  "the program takes the shell over": async () => {
    const frame = frameWith({ src: "/a/b/" });
    // While the frame loads, its document may have no element yet.
    const state = () => frame.contentDocument?.documentElement?.dataset.started;
    await within(60_000, () => state() !== undefined);
    if (state() !== "yes") throw new Error(frame.contentDocument.getElementById("trouble").textContent);
  },
  "the first lab plays, so its workers compute": async () => {
    const frame = frameWith({ src: "/a/b/#/lab/balancing", width: 1000, height: 700 });
    const found = (selector) => frame.contentDocument?.querySelector(selector);
    await within(60_000, () => found('button[aria-label="Play"]'));
    found('button[aria-label="Play"]').click();
    await within(60_000, () => Number.parseFloat(found(".clock strong")?.textContent) > 0);
  },
  "a classic worker from a blob takes a compiled module": async () => {
    const html = new DOMParser().parseFromString(await (await fetch("/a/b/")).text(), "text/html");
    const names = JSON.parse(html.getElementById("headroom-workers").textContent).balancing;
    const glue = await (await fetch("/a/b/" + names.glue)).text();
    const module = await WebAssembly.compileStreaming(fetch("/a/b/" + names.module));
    const answer = "self.onmessage = ({ data }) => { wasm_bindgen.initSync({ module: data }); self.postMessage('ready'); };";
    const worker = new Worker(URL.createObjectURL(new Blob([glue, answer], { type: "text/javascript" })));
    const said = new Promise((resolve, reject) => {
      worker.onmessage = resolve;
      worker.onerror = (event) => reject(new Error(event.message));
    });
    worker.postMessage(module);
    await said;
    worker.terminate();
  },
});
