// Loads the element's script from the host that is named behind the `?`, and puts an element into the page.
const address = decodeURIComponent(location.search.slice(1));
const script = document.createElement("script");
script.src = `${address}headroom-lab.js`;
document.head.append(script);
document.querySelector("main").innerHTML = `
  <headroom-lab id="first" scenario="balancing?policy=random&amp;seed=9" show="stage,time" theme="dark" label="One policy">
    <a href="${address}#/lab/balancing">Open the experiment</a>
  </headroom-lab>`;
const heard = [];
for (const type of ["ready", "state", "event", "error"]) {
  document.addEventListener(`headroom-${type}`, (event) => heard.push({ type, from: event.target.id, detail: event.detail }));
}
Object.assign(window, { heard });
