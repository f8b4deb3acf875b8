import { h, later } from "../dom.js";
import { Cells } from "./cells.js";
import { Compare } from "./compare.js";
import { Grid } from "./grid.js";
import { Summary } from "./summary.js";

const ONLY = { all: "All cells", rejected: "Not accepted", differ: "Arms disagree", failed: "Failed", pending: "Not done" };
const ORDER = { case: "By case", worst: "Worst first", seconds: "Slowest first", repairs: "Most repairs first", cost: "Dearest first" };

/** The board of an experiment: a matrix of cells with pictures that play. */
export class Board {
  constructor(model, root) {
    this.model = model;
    this.cells = new Cells();
    this.summary = new Summary({ onRun: () => this.say("run"), onRetry: () => this.say("retry"), onPause: () => this.say("pause"), onCancel: () => this.say("cancel") });
    this.search = h("input.field", { type: "search", placeholder: "Search cases", "aria-label": "Search cases", oninput: later(120, () => this.draw()) });
    this.only = choice("Which cells", ONLY, () => this.draw());
    this.order = choice("Order", ORDER, () => this.draw());
    this.variant = choice("Variant", { "": "All variants" }, () => this.draw());
    this.model_ = choice("Model", { "": "All models" }, () => this.draw());
    this.count = h("span.quiet", { role: "status" });
    this.notice = h("p.notice", { role: "status", hidden: true });
    this.grid = new Grid({ cells: this.cells, onWant: (wanted) => this.say("want", { wanted }), onOpen: (id) => this.open([id]), onPick: (ids) => this.open(ids) });
    this.compare = new Compare({
      names: ["id"],
      ask: (id) => (this.say("detail", { id }), this.say("frames", { id })),
      promote: { projects: () => this.model.get("state").projects, go: (variant, project) => this.say("promote", { variant, project }) },
      onClose: () => this.open([]),
    });
    this.hear = this.hear.bind(this);
    this.update = () => this.summary.show(model.get("state"));
    model.on("msg:custom", this.hear);
    model.on("change:state", this.update);
    root.append(
      this.summary.element,
      h("div.filters", { role: "toolbar", "aria-label": "Filters" }, this.search, this.only, this.order, this.variant, this.model_, this.count, h("span.spring"), h("span.quiet", {}, "Enter opens · Space picks two to compare")),
      this.notice,
      this.grid.element,
      this.compare.element,
    );
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.open([]));
    this.update();
    this.say("cells");
  }

  close() {
    this.model.off("msg:custom", this.hear);
    this.model.off("change:state", this.update);
    this.grid.close();
  }

  say(what, more = {}) {
    this.model.send({ do: what, ...more });
  }

  hear(told, buffers) {
    const bytes = (buffers ?? []).map((each) => new Uint8Array(each.buffer ?? each, each.byteOffset ?? 0, each.byteLength));
    const read = () => JSON.parse(new TextDecoder().decode(bytes[0]));
    if (told.tell === "cells") this.take(read());
    else if (told.tell === "changed") this.change(read());
    else if (told.tell === "poster" || told.tell === "clip") this.grid.picture(told.tell, told.id, bytes[0]);
    else if (told.tell === "detail") this.compare.take(told);
    else if (told.tell === "frames") this.compare.picture(told.id, bytes);
    else if (told.tell === "promoted" || told.tell === "trouble") this.tell(told.message);
  }

  take(columns) {
    const { variants, models } = this.model.get("state");
    this.cells.take(columns, variants, models);
    this.compare.names = this.cells.names;
    options(this.variant, { "": "All variants", ...named(columns.variant) });
    options(this.model_, { "": "All models", ...named(columns.model) });
    this.draw();
  }

  change(rows) {
    if (!this.cells.change(rows)) return this.say("cells");
    for (const row of rows) this.grid.refresh(row[0]);
    this.recount();
    return this.grid.want();
  }

  draw() {
    if (!this.cells.size) return;
    const arms = this.cells.arms.filter((arm) => (!this.variant.value || arm.startsWith(`${this.variant.value} · `)) && (!this.model_.value || arm.endsWith(` · ${this.model_.value}`)));
    const rows = this.cells.shown({ search: this.search.value, only: this.only.value, order: this.order.value, arms });
    this.grid.show(rows, arms, this.only.value);
    this.recount();
  }

  recount() {
    const found = this.cells.count(this.grid.rows, this.grid.arms, this.only.value);
    this.count.textContent = `${found.toLocaleString("en-US")} of ${this.cells.size.toLocaleString("en-US")} cells`;
  }

  open(ids) {
    this.compare.show(ids);
    if (!ids.length && this.grid.picked.length) {
      this.grid.picked = [];
      this.grid.again();
    }
  }

  tell(message) {
    this.notice.textContent = message;
    this.notice.hidden = false;
  }
}

function choice(label, named_, onchange) {
  const element = h("select.select", { "aria-label": label, onchange });
  options(element, named_);
  return element;
}

function options(element, named_) {
  const before = element.value;
  element.replaceChildren(...Object.entries(named_).map(([value, text]) => h("option", { value }, text)));
  if (before in named_) element.value = before;
}

const named = (values) => Object.fromEntries([...new Set(values)].sort().map((each) => [each, each]));
