import { fill, h } from "../dom.js";

const KEYS = { ArrowLeft: "left", 1: "left", ArrowRight: "right", 2: "right", ArrowUp: "tie", 0: "tie", ArrowDown: "skip", s: "skip" };

/** Two clips at a time, nobody knows whose; one playhead for both, and a verdict by one key. */
export class Rating {
  constructor(model, root) {
    this.model = model;
    this.urls = [];
    this.brief = h("p.brief");
    this.left = h("video", { muted: true, loop: false, playsinline: true, "aria-label": "Left clip" });
    this.right = h("video", { muted: true, loop: false, playsinline: true, "aria-label": "Right clip" });
    this.head = h("input.scrub", { type: "range", min: "0", max: "1000", value: "0", "aria-label": "Playhead of both clips", oninput: () => this.seek() });
    this.hint = h("span.quiet", {}, "Space plays both");
    this.told = h("div.ratings", { role: "status" });
    this.stage = h("div.duel", {}, h("figure", {}, this.left, h("figcaption", {}, "Left")), h("figure", {}, this.right, h("figcaption", {}, "Right")));
    const button = (verdict, text, key) => h("button.button", { type: "button", "data-verdict": verdict, onclick: () => this.rate(verdict) }, text, h("kbd", {}, key));
    this.buttons = h("div.verdict-buttons", {}, button("left", "Left is better", "←"), button("tie", "No difference", "↑"), button("right", "Right is better", "→"), button("skip", "Skip", "↓"));
    this.panel = h("div.rating", { tabindex: "0", "aria-label": "Blind rating", onkeydown: (event) => this.key(event) }, h("div.summary-line", {}, h("b", {}, "Which is better?"), this.hint), this.brief, this.stage, this.head, this.buttons, this.told);
    root.append(this.panel);
    this.hear = this.hear.bind(this);
    model.on("msg:custom", this.hear);
    this.follow = this.follow.bind(this);
    this.timer = requestAnimationFrame(this.follow);
    model.send({ do: "pair" });
  }

  close() {
    cancelAnimationFrame(this.timer);
    this.model.off("msg:custom", this.hear);
    this.release();
  }

  release() {
    this.urls.forEach((url) => URL.revokeObjectURL(url));
    this.urls = [];
  }

  hear(told, buffers) {
    if (told.tell === "trouble") return fill(this.told, told.message);
    if (told.tell !== "pair") return undefined;
    this.release();
    this.dealt = true;
    const done = !told.brief;
    this.stage.hidden = this.head.hidden = this.buttons.hidden = this.hint.hidden = done;
    this.brief.textContent = done ? "You have seen every pair." : told.brief;
    if (!done) {
      this.urls = buffers.map((each) => URL.createObjectURL(new Blob([each], { type: "video/mp4" })));
      [this.left.src, this.right.src] = this.urls;
      this.started = false;
      Promise.all([ready(this.left), ready(this.right)]).then(() => this.play(true));
    }
    return this.report(told.preferences, done);
  }

  /** What ratings say is told on demand only, so that it does not sway the next one. */
  report(told, open) {
    const rows = told.strengths.map((each) => h("tr", {}, h("td", {}, each.variant), h("td", {}, `${Math.round(each.preferred * 100)} %`), h("td", {}, `${Math.round(each.low * 100)} … ${Math.round(each.high * 100)} %`)));
    const agreed = told.agreement === null ? "" : `, agreement ${told.agreement.toFixed(2)}`;
    fill(this.told, h("span.quiet", {}, `${told.rated} rated, ${told.skipped} skipped${agreed}`), rows.length ? h("details", { open }, h("summary", {}, "What the ratings say so far"), h("table.verdicts", {}, h("thead", {}, h("tr", {}, ["Variant", "Preferred", "95 %"].map((each) => h("th", { scope: "col" }, each)))), h("tbody", {}, rows))) : null);
  }

  key(event) {
    if (event.target.tagName === "INPUT" && event.key.startsWith("Arrow")) return;
    if (event.repeat && KEYS[event.key]) event.preventDefault();
    else if (event.key === " ") this.play(this.left.paused);
    else if (KEYS[event.key]) this.rate(KEYS[event.key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Send a verdict once for each pair: a key that is held rates nothing that was not seen. */
  rate(verdict) {
    if (this.stage.hidden || !this.dealt) return;
    this.dealt = false;
    this.model.send({ do: "rate", verdict });
    this.panel.focus();
  }

  get seconds() {
    return Math.max(this.left.duration || 0, this.right.duration || 0) || 1;
  }

  play(on) {
    for (const video of [this.left, this.right]) {
      if (on) video.play().catch(() => {});
      else video.pause();
    }
  }

  seek() {
    const at = (this.head.value / 1000) * this.seconds;
    this.play(false);
    for (const video of [this.left, this.right]) video.currentTime = Math.min(at, (video.duration || at) - 0.01);
  }

  /** Keep the right clip where the left one is, and begin both again together. */
  follow() {
    const [longer, other] = (this.left.duration || 0) >= (this.right.duration || 0) ? [this.left, this.right] : [this.right, this.left];
    if (longer.ended) {
      for (const video of [this.left, this.right]) video.currentTime = 0;
      this.play(true);
    } else if (!longer.paused) {
      if (!other.ended && Math.abs(other.currentTime - longer.currentTime) > 0.08) other.currentTime = longer.currentTime;
      this.head.value = String(Math.round((longer.currentTime / this.seconds) * 1000));
    }
    this.timer = requestAnimationFrame(this.follow);
  }
}

function ready(video) {
  return new Promise((resolve) => (video.readyState >= 3 ? resolve() : video.addEventListener("canplay", resolve, { once: true })));
}
