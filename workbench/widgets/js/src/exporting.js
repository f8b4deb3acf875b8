import { fill, h, icon } from "./dom.js";

const size = (bytes) => (bytes > 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} kB`);

/** The export button: what kind of file, how far it is, a way to stop, and the file. */
export class Exporting {
  constructor(line) {
    this.line = line;
    this.button = h("button.button", { type: "button", "aria-haspopup": "dialog", "aria-expanded": "false", onclick: () => this.toggle() }, icon("export"), this.label = h("span", {}, "Export"));
    this.kind = select("Kind", [["mp4", "MP4 video"], ["gif", "GIF"], ["png", "PNG files"]]);
    this.quality = select("Quality", [["good", "Full size, good"], ["final", "Full size, best"], ["high", "High, 1080"], ["medium", "Medium, 720"], ["low", "Low, 480"]]);
    this.broken = select("Broken scenes", [["refuse", "stop the export"], ["skip", "are left out"], ["card", "show a card"]]);
    this.bar = h("progress", { max: 1, value: 0, "aria-label": "Export progress" });
    this.told = h("p", { role: "status", "aria-live": "polite" });
    this.stop = h("button.button", { type: "button", onclick: () => (line.say("cancel", { what: "export" }), (this.told.textContent = "Stopping…")) }, "Cancel");
    this.start = h("button.button.primary", { type: "button", onclick: () => this.go() }, "Export");
    this.running = h("div.running", { hidden: true }, this.bar, this.stop);
    this.panel = h("div.popover", { role: "dialog", "aria-label": "Export", hidden: true },
      row("Kind", this.kind), row("Quality", this.quality), row("Broken scenes", this.broken), this.running, this.told, h("div.right", {}, this.start));
    this.element = h("span.anchor", {}, this.button, this.panel);
    const leave = (event) => this.leave(event);
    for (const what of ["pointerdown", "keydown"]) {
      document.addEventListener(what, leave, true);
      line.end(() => document.removeEventListener(what, leave, true));
    }
    line.on("progress", (told) => this.progress(told));
    line.on("exported", (told) => this.done(told));
    line.on("cancelled", (told) => told.where === "export" && this.rest("Cancelled; nothing was written."));
    line.on("error", (told) => told.where === "export" && this.rest(`${told.message} ${told.remedy}`));
    line.on("file", (told, [bytes]) => told.view === line.view && download(told.name, bytes));
  }

  toggle(open = this.panel.hidden, focus = true) {
    this.panel.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (focus) (open ? this.kind : this.button).focus();
  }

  /** Escape, or a press anywhere else, puts the panel away; an export goes on without it. */
  leave(event) {
    if (this.panel.hidden) return;
    if (event.key === "Escape") event.stopPropagation();
    else if (event.type === "keydown" || event.composedPath().includes(this.element)) return;
    this.toggle(false, event.type === "keydown");
  }

  go() {
    this.line.say("export", { kind: this.kind.value, quality: this.quality.value, broken: this.broken.value });
    this.progress({ done: 0, total: 1, eta_seconds: null });
  }

  progress(told) {
    this.running.hidden = false;
    this.start.disabled = true;
    this.bar.value = told.total ? told.done / told.total : 0;
    const share = `${Math.floor(100 * this.bar.value)} %`;
    this.label.textContent = `Export ${share}`;
    this.told.textContent = told.eta_seconds ? `${share}, ${Math.ceil(told.eta_seconds)} s left` : share;
  }

  rest(text) {
    this.running.hidden = true;
    this.start.disabled = false;
    this.label.textContent = "Export";
    this.told.textContent = text;
  }

  done(told) {
    this.rest("");
    const left = [...told.skipped.map((each) => `${each} was left out.`), ...told.cards.map((each) => `${each} shows a card.`)];
    const link = told.single && h("button.link", { type: "button", onclick: () => this.line.say("download", { name: told.name }) }, `Download ${told.name}`);
    fill(this.told, h("b", {}, `${told.name}, ${size(told.bytes)}, ${told.seconds.toFixed(1)} s at ${told.picture}.`), ` ${left.join(" ")} `, link, h("code", {}, told.path));
  }
}

const select = (label, options) => h("select.select", { "aria-label": label }, options.map(([value, text]) => h("option", { value }, text)));
const row = (label, control) => h("label.row", {}, h("span", {}, label), control);

function download(name, bytes) {
  const url = URL.createObjectURL(new Blob([bytes]));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
