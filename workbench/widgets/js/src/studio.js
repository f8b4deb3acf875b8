import { Editor } from "./editor.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { Line } from "./line.js";
import { Stage } from "./stage.js";
import style from "./studio.css";
import { Timeline } from "./timeline.js";
import { toolbar } from "./toolbar.js";

/** One view of one project: the parts, and what connects them. */
class Studio {
  constructor(model, element) {
    this.line = new Line(model);
    this.stage = new Stage(this.line, this);
    this.editor = new Editor(this.line, this);
    this.timeline = new Timeline(this.line);
    this.exportButton = null;
    this.status = h("div.status", { role: "status", "aria-live": "polite" });
    this.trouble = h("div.trouble", { role: "alert", hidden: true });
    this.findings = h("ul.findings", { "aria-label": "Findings" });
    this.line.on("error", (told) => this.fail(told));
    this.line.on("scene", (told) => told.scene === this.line.state.selected && this.list(told.checked.findings));
    this.line.on("checked", (told) => told.scene === this.line.state.selected && this.list(told.checked.findings));
    this.line.on("done", (told) => this.say(told.told.join(" ")));
    this.line.on("scene", (told) => told.saved && this.say(told.told.join(" ")));
    this.line.on("pointed", (told) => told.view === this.line.view && this.pointed(told));
    this.root = this.draw();
    element.append(h("style", {}, style), this.root);
    this.line.say("mount");
    this.line.end(() => this.line.say("unmount"));
  }

  draw() {
    return h(
      "section.studio",
      { "aria-label": `Studio ${this.line.state.project.name}`, "data-lm-suppress-shortcuts": "true" },
      toolbar(this.line, this),
      h("div.main", {}, h("div.text", {}, this.editor.element, this.findings), this.stage.element),
      this.timeline.element,
      this.trouble,
      this.status,
    );
  }

  moment() {
    return this.stage.moment();
  }

  typed() {
    this.stage.typed();
    this.trouble.hidden = true;
  }

  save() {
    const { editor } = this;
    editor.tell.cancel();
    if (editor.scene) this.line.say("save", { scene: editor.scene, text: editor.text, base: editor.base, ...this.moment() });
  }

  pointed(told) {
    if (!told.node) return this.stage.clearMarks();
    this.stage.mark(told.box, told.line ? `${told.node} · line ${told.line}` : told.node);
    if (told.line) this.editor.goTo(told.line, false);
  }

  list(findings) {
    fill(this.findings, findings.map((each) => this.finding(each)));
  }

  finding(found) {
    const place = found.line ? `line ${found.line}` : found.node ?? "";
    const go = () => {
      if (found.line) this.editor.goTo(found.line);
      if (found.frame !== undefined) this.stage.seek(found.frame);
    };
    return h(
      "li",
      { "data-severity": found.severity },
      h("button.finding", { type: "button", onclick: go }, icon("warning"), h("b", {}, place), h("span", {}, found.message), found.fix && h("em", {}, found.fix)),
    );
  }

  say(text) {
    this.status.textContent = text;
  }

  fail(told) {
    this.trouble.hidden = false;
    fill(
      this.trouble,
      h("b", {}, told.message),
      told.remedy && ` ${told.remedy}`,
      told.trace && h("details", {}, h("summary", {}, "Details"), h("pre", {}, told.trace)),
      iconButton("close", "Dismiss", () => (this.trouble.hidden = true)),
    );
  }
}

/** Show the studio in `el`; returns the way to take it down. */
export function showStudio({ model, el }) {
  const studio = new Studio(model, el);
  return () => studio.line.close();
}
