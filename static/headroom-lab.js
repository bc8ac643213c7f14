// <headroom-lab>: a lab of Headroom in any page. This file stands alone; nothing of it is needed by Headroom itself.
//
//   <script src="https://where.headroom.is/headroom-lab.js" defer></script>
//   <headroom-lab scenario="balancing?policy=random,two-choices&amp;rate=270/s&amp;seed=7" show="stage,figures,time" theme="auto">
//     <a href="https://where.headroom.is/#/lab/balancing">Open the experiment</a>
//   </headroom-lab>
//
// What stands inside is shown until the script has come, and where scripts are off.
//
// Attributes
//   scenario   what is run, as in a link after `#/lab/`; or `lab`, a lab as it opens by itself
//   show lock theme motion autoplay speed t until predict parent   as in a link after `#/embed/`
//   height     CSS pixels; without it the element is as high as its content
//   label      what a screen reader calls the frame
//   base       where Headroom is; without it, the folder that this script came from
// An attribute that changes takes effect at once; a frame whose scenario changes begins anew.
//
// Methods, each a promise of the state that follows from it; it fails with the sentence that says what was wrong
//   play() pause() step(events = 1) seek(t) reset() setParameters({ rate: "300/s" }) getState()
//
// Events, each with the message as its `detail`
//   headroom-ready headroom-state headroom-event headroom-answer headroom-score headroom-error
(function () {
  "use strict";
  if (customElements.get("headroom-lab")) return;
  const here = document.currentScript ? new URL(".", document.currentScript.src).href : document.baseURI;
  const presentation = ["show", "lock", "theme", "motion", "autoplay", "speed", "t", "until", "predict", "parent"];
  const retold = ["ready", "state", "event", "answer", "score", "error"];
  // Characters that would end a value; everything else may stand in a link as it is.
  const encoded = (text) => text.replace(/[%&#+\s]/g, encodeURIComponent);
  // What is asked before the frame has said that it is ready waits for it, but not for ever.
  const patience = 30_000;

  class HeadroomLab extends HTMLElement {
    static observedAttributes = [...presentation, "scenario", "lab", "height", "label", "base"];
    #frame = null;
    #ready = false;
    #waiting = [];
    #asked = new Map();
    #next = 1;
    #heard = (event) => this.#hear(event);

    connectedCallback() {
      const frame = document.createElement("iframe");
      // Scripts, and nothing else: no cookies, no storage, no way out of the frame.
      frame.setAttribute("sandbox", "allow-scripts");
      frame.setAttribute("loading", "lazy");
      Object.assign(frame.style, { display: "block", width: "100%", border: "0" });
      if (!this.style.display) this.style.display = "block";
      this.#frame = frame;
      this.#update();
      this.replaceChildren(frame);
      addEventListener("message", this.#heard);
    }

    disconnectedCallback() {
      removeEventListener("message", this.#heard);
      this.#frame = null;
      this.#ready = false;
      for (const [id] of this.#asked) this.#answer(id, null, "The element was taken out of the page.");
    }

    attributeChangedCallback() {
      if (this.#frame) this.#update();
    }

    /** The address of the frame. */
    get src() {
      const text = this.getAttribute("scenario") || this.getAttribute("lab") || "balancing";
      const own = presentation.filter((name) => this.hasAttribute(name)).map((name) => `&${name}=${encoded(this.getAttribute(name) || (name === "autoplay" ? "1" : ""))}`);
      return `${new URL(this.getAttribute("base") || here, document.baseURI).href}#/embed/${text}${text.includes("?") ? "" : "?v=1"}${own.join("")}`;
    }

    #update() {
      const frame = this.#frame;
      frame.title = this.getAttribute("label") || "Headroom: an experiment";
      const height = Number.parseFloat(this.getAttribute("height"));
      frame.style.height = `${Number.isFinite(height) ? height : frame.offsetHeight || 480}px`;
      if (frame.src !== this.src) {
        this.#ready = false;
        frame.src = this.src;
      }
    }

    #hear({ source, data }) {
      if (!this.#frame || source !== this.#frame.contentWindow || data?.ns !== "headroom" || data.v !== 1) return;
      if (data.type === "resize" && !Number.isFinite(Number.parseFloat(this.getAttribute("height")))) {
        // The page inside has a rim of its own, which is wider in the projector's theme.
        if (Number.isFinite(data.height)) this.#frame.style.height = `${Math.min(Math.max(data.height + 24, 60), 10_000)}px`;
      }
      if (data.type === "ready") {
        this.#ready = true;
        for (const message of this.#waiting.splice(0)) this.#post(message);
      }
      if (data.id !== undefined) this.#answer(data.id, data, data.type === "error" ? data.message : null);
      if (retold.includes(data.type)) {
        this.dispatchEvent(new CustomEvent(`headroom-${data.type}`, { detail: data, bubbles: true }));
      }
    }

    #answer(id, state, problem) {
      const asked = this.#asked.get(id);
      if (!asked) return;
      this.#asked.delete(id);
      clearTimeout(asked.timer);
      if (problem) asked.reject(new Error(problem));
      else asked.resolve(state);
    }

    #post(message) {
      // A sandboxed frame has no origin that could be named; it is this very frame that is spoken to.
      this.#frame?.contentWindow?.postMessage({ ns: "headroom", v: 1, ...message }, "*");
    }

    #ask(type, fields = {}) {
      const id = `lab-${this.#next++}`;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => this.#answer(id, null, `The lab has not answered to ${type}.`), patience);
        this.#asked.set(id, { resolve, reject, timer });
        if (this.#ready) this.#post({ type, id, ...fields });
        else this.#waiting.push({ type, id, ...fields });
      });
    }

    play() {
      return this.#ask("play");
    }
    pause() {
      return this.#ask("pause");
    }
    step(events = 1) {
      return this.#ask("step", { events });
    }
    seek(t) {
      return this.#ask("seek", { t });
    }
    reset() {
      return this.#ask("reset");
    }
    setParameters(parameters) {
      return this.#ask("setParameters", { parameters });
    }
    getState() {
      return this.#ask("getState");
    }
  }

  customElements.define("headroom-lab", HeadroomLab);
})();
