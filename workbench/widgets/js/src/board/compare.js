import { fill, h, iconButton } from "../dom.js";
import { lineDiff, shortened } from "./diff.js";
import { words } from "./grid.js";

/** One cell in full, or two side by side: frames, expectations, and what differs in source, findings and messages. */
export class Compare {
  constructor({ names, ask, promote, onClose }) {
    Object.assign(this, { names, ask, promote, onClose });
    this.details = new Map();
    this.frames = new Map();
    this.ids = [];
    this.element = h("section.compare", { "aria-label": "Cells in full", hidden: true });
  }

  show(ids) {
    this.ids = ids;
    this.element.hidden = !ids.length;
    for (const id of ids) if (!this.details.has(id)) this.ask(id);
    this.draw();
  }

  take(told) {
    this.details.set(told.id, told);
    this.draw();
  }

  picture(id, bytes) {
    this.frames.set(id, bytes.map((each) => URL.createObjectURL(new Blob([each], { type: "image/jpeg" }))));
    this.draw();
  }

  draw() {
    const found = this.ids.map((id) => this.details.get(id)).filter(Boolean);
    if (!found.length) return fill(this.element, h("p.quiet", {}, "Reading…"));
    const two = found.length === 2;
    return fill(
      this.element,
      h("div.compare-head", {}, h("b", {}, two ? "Two cells" : "One cell"), h("span.spring"), iconButton("close", "Close", this.onClose)),
      h("div.sides", {}, found.map((each) => this.side(each))),
      two ? this.difference(found) : this.whole(found[0]),
    );
  }

  side(told) {
    const [row, names] = [told.row, this.names];
    const value = (name) => row[names.indexOf(name)];
    const cell = Object.fromEntries(names.map((name, place) => [name, row[place]]));
    const frames = this.frames.get(told.id) ?? [];
    return h(
      "article.side",
      {},
      h("h4", {}, `${value("variant")} · ${value("model")}`),
      h("p.quiet", {}, `${value("case")}, repeat ${value("repeat")}: ${words(cell)}`),
      h("div.strip", {}, frames.map((url) => h("img", { src: url, alt: "" }))),
      h("p", {}, told.told),
      told.why && h("p.why", {}, told.why),
      h("ul.expected", {}, told.expectations.map((each) => h("li", { "data-holds": String(each.holds) }, `${each.holds ? "✓" : "✗"} ${each.expected}: `, h("span.quiet", {}, each.told)))),
      this.promotion(value("variant")),
    );
  }

  promotion(variant) {
    const projects = this.promote.projects();
    if (!projects.length) return h("p.quiet", {}, "Make a project to use this prompt in it.");
    const choice = h("select.select", { "aria-label": "Project" }, projects.map((name) => h("option", {}, name)));
    return h("div.promote", {}, h("button.button", { type: "button", onclick: () => this.promote.go(variant, choice.value) }, `Use ${variant} in`), choice);
  }

  whole(told) {
    return h(
      "div.more",
      {},
      fold("Source", h("pre", {}, told.source || "none")),
      fold(`Findings (${told.findings.length})`, h("pre", {}, told.findings.join("\n") || "none")),
      fold(`Messages (${told.sent.length})`, h("pre", {}, letters(told))),
    );
  }

  difference([first, second]) {
    return h(
      "div.more",
      {},
      fold("Source", diffView(first.source, second.source), true),
      fold("Findings", diffView(first.findings.join("\n"), second.findings.join("\n"))),
      fold("Messages", diffView(letters(first), letters(second))),
    );
  }
}

const letters = (told) => told.sent.map(([role, text]) => `[${role}]\n${text}`).join("\n\n");

function fold(title, content, open = false) {
  return h("details", { open }, h("summary", {}, title), content);
}

function diffView(before, after) {
  if (before === after) return h("p.quiet", {}, "the same in both");
  const lines = shortened(lineDiff(before, after));
  return h("pre", {}, lines.map(([sign, line]) => h("span", { "data-sign": sign }, `${sign} ${line}\n`)));
}
