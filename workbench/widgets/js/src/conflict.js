import { fill, h } from "./dom.js";
import { merged } from "./merge.js";

/** Both texts of a scene that was changed elsewhere while it was being typed in here. */
export class ConflictView {
  constructor(line, studio) {
    this.line = line;
    this.studio = studio;
    this.element = h("div.conflict", { role: "region", "aria-label": "Conflict", hidden: true });
    line.on("conflict", (told) => told.scene === line.selected && this.show(told));
    line.on("scene", (told) => this.look(told));
  }

  look(told) {
    if (told.scene !== this.line.selected) return;
    const stale = told.dirty && told.base !== told.revision && told.text !== told.kept;
    if (stale) this.show({ scene: told.scene, yours: told.text, theirs: told.kept, revision: told.revision });
    else this.element.hidden = true;
  }

  show(told) {
    const { editor } = this.studio;
    const mine = () => this.line.say("save", { scene: told.scene, text: editor.text, base: told.revision, why: "kept over a newer revision", ...this.studio.moment() });
    const theirs = () => this.line.say("discard", { scene: told.scene });
    this.element.hidden = false;
    fill(
      this.element,
      h(
        "div.conflict-head",
        {},
        h("p", {}, h("b", {}, "This scene was changed elsewhere"), ` (revision ${told.revision}) while you were writing. Nothing is lost: choose which text goes on.`),
        h("button.button", { type: "button", onclick: theirs }, "Take theirs"),
        h("button.button.primary", { type: "button", onclick: mine }, "Keep mine"),
        h("button.button", { type: "button", onclick: () => (this.element.hidden = true) }, "Go on writing"),
      ),
      h("div.merge-heads", {}, h("span", {}, "Yours"), h("span", {}, "Theirs")),
      merged(told.yours, told.theirs, ["Yours", "Theirs"]),
    );
  }
}
