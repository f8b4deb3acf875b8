import { Asking } from "./asking.js";
import { ConflictView } from "./conflict.js";
import { fill, h, icon, iconButton, keepKeys } from "./dom.js";
import { Editor } from "./editor.js";
import { Exporting } from "./exporting.js";
import { Gallery } from "./gallery.js";
import { Line } from "./line.js";
import { Params } from "./params.js";
import { Past } from "./past.js";
import { Remembered } from "./remembered.js";
import { Side } from "./side.js";
import { Stage } from "./stage.js";
import style from "./studio.css";
import { Timeline } from "./timeline.js";
import { toolbar } from "./toolbar.js";

/** One view of one project: the parts, and what connects them. */
class Studio {
  constructor(model, element) {
    this.line = new Line(model);
    this.element = element;
    if (this.line.state.closed) return this.shut();
    this.stage = new Stage(this.line, this);
    this.editor = new Editor(this.line, this);
    this.timeline = new Timeline(this.line, this);
    this.asking = new Asking(this.line, this);
    this.exporting = new Exporting(this.line);
    this.conflict = new ConflictView(this.line, this);
    this.gallery = new Gallery(this.line, { onUse: (template) => this.use(template), onClose: () => this.toggleGallery(false) });
    this.side = new Side({
      talk: ["Conversation", this.asking.messages],
      params: ["Params", new Params(this.line, this)],
      past: ["History", new Past(this.line, this)],
      memory: ["Memory", new Remembered(this.line)],
    });
    this.gallery.element.hidden = true;
    this.status = h("div.status", { role: "status", "aria-live": "polite" });
    this.trouble = h("div.trouble", { role: "alert", hidden: true });
    this.findings = h("ul.findings", { "aria-label": "Findings" });
    this.listen();
    this.root = keepKeys(this.draw());
    element.append(h("style", {}, style), this.root);
    this.line.onState((state) => this.follow(state));
    this.line.lost = () => this.lost();
    this.line.say("mount");
    const heart = setInterval(() => this.line.say("here"), 30000);
    this.line.end(() => (clearInterval(heart), this.line.say("unmount")));
  }

  listen() {
    const { line } = this;
    line.on("error", (told) => this.fail(told));
    line.on("done", (told) => this.say(told.told.join(" ")));
    line.on("pointed", (told) => told.view === line.view && this.pointed(told));
    line.on("checked", (told) => told.scene === line.selected && this.list(told.checked.findings));
    line.on("scene", (told) => {
      if (told.scene !== line.selected) return;
      this.list(told.checked.findings);
      if (told.saved) this.say(`Saved. ${told.told.join(" ")}`);
    });
  }

  /** Ask for the selected scene when it is another one, or has a newer revision, than the one shown. */
  follow(state) {
    if (state.closed) return this.shut();
    const scene = state.scenes.find((each) => each.id === state.selected);
    this.root.toggleAttribute("data-empty", !scene);
    const key = scene && `${scene.id} ${scene.revision} ${scene.seconds} ${state.project.shape} ${state.project.fps}`;
    if (key && key !== this.asked) this.line.say("scene", { scene: scene.id });
    this.asked = key;
  }

  shut() {
    this.line.close();
    this.line.say = () => {};
    const name = this.line.state.project.name;
    this.element.replaceChildren(h("style", {}, style), h("section.studio.closed", {}, h("p", {}, h("b", {}, name), " is closed. Run the cell again to open it where you left it.")));
  }

  lost() {
    this.editor.lost();
    this.fail({ message: "The kernel was restarted or has ended.", remedy: "Run the cell again; what was typed is kept." });
  }

  /** Save, wherever in the studio the keys were pressed; the editor has its own way. */
  key(event) {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.defaultPrevented) return;
    event.preventDefault();
    this.save();
  }

  draw() {
    return h(
      "section.studio",
      { onkeydown: (event) => this.key(event), "aria-label": `Studio ${this.line.state.project.name}`, "data-lm-suppress-shortcuts": "true" },
      toolbar(this.line, this),
      this.gallery.element,
      h("div.body", {},
        h("div.main", {}, h("div.text", {}, this.conflict.element, this.editor.element, this.findings), this.stage.element),
        h("div.told", {}, this.trouble, this.status),
        this.timeline.element,
        this.asking.bar,
        this.side.element,
      ),
    );
  }

  toggleGallery(open = this.gallery.element.hidden) {
    this.gallery.element.hidden = !open;
    if (open) this.gallery.open();
  }

  use(template) {
    this.line.act("add_scene", { template: template.id });
    this.toggleGallery(false);
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
    if (!editor.scene) return this.say("There is no scene to save yet.");
    this.line.say("save", { scene: editor.scene, text: editor.text, base: editor.base, ...this.moment() });
    editor.heard = editor.stamp;
  }

  /** Make two scenes of one where the picture stands. */
  split(scene) {
    const { editor, stage } = this;
    const place = stage.place();
    if (place.scene !== scene.id) return this.say(`Show the picture of ${scene.name} where it should be split.`);
    editor.tell.cancel();
    this.line.say("split", { ...place, ...(editor.scene === scene.id ? { text: editor.text } : {}) });
    if (editor.scene === scene.id) editor.heard = editor.stamp;
  }

  pointed(told) {
    if (!told.node) return this.stage.clearMarks();
    this.stage.mark(told.box, told.line ? `${told.node} · line ${told.line}` : told.node, told.old);
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
    this.status.title = text;
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
