// The built worker runs every golden scenario to its end; the trace hashes must be those that native code committed.
import { report } from "../report.js";

const html = new DOMParser().parseFromString(await (await fetch("/a/b/")).text(), "text/html");
const programs = JSON.parse(html.getElementById("headroom-workers").textContent);
// The worker as it is built, asked for nothing but the hashes of a text.
const shell = `self.onmessage = ({ data: [module, rest] }) => {
  // Most policies are in the second part of the program.
  self.headroomRest = (exports) => {
    const request = new XMLHttpRequest();
    request.open("GET", rest, false);
    request.responseType = "arraybuffer";
    request.send();
    new WebAssembly.Instance(new WebAssembly.Module(request.response), { "": exports });
  };
  wasm_bindgen.initSync({ module });
  // The worker listens for commands now; here it is asked for hashes instead.
  self.onmessage = ({ data }) => self.postMessage(wasm_bindgen.trace_hashes(data));
};`;

async function start({ glue, module, rest }) {
  const text = await (await fetch("/a/b/" + glue)).text();
  const worker = new Worker(URL.createObjectURL(new Blob([text, shell], { type: "text/javascript" })));
  const ready = new Promise((resolve, reject) => {
    worker.onmessage = resolve;
    worker.onerror = (event) => reject(new Error(event.message));
  });
  const compiled = await WebAssembly.compileStreaming(fetch("/a/b/" + module));
  worker.postMessage([compiled, rest && new URL("/a/b/" + rest, location.href).href]);
  await ready;
  return worker;
}

const workers = {};

async function hashes(text) {
  const lab = text.split("?")[0];
  workers[lab] ??= start(programs[lab]);
  const worker = await workers[lab];
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(text);
  });
}

const [engine, ...lines] = (await (await fetch("/pages/goldens.txt")).text()).trim().split("\n");
const checks = {};
for (const line of lines) {
  const [committed, text] = [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)];
  checks[`${engine}: ${text}`] = async () => {
    const here = await hashes(text);
    if (here !== committed) throw new Error(`${here} here, ${committed} natively`);
  };
}
await report(checks);
