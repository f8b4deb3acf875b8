import { fill, h, icon, iconButton } from "./dom.js";
import { merged } from "./merge.js";

const when = (text) => new Date(text).toLocaleString(undefined, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });

/** A scene's revisions: who, why, how each looked beside the scene as it is, and going back. */
export class Past {
  constructor(line, studio) {
    this.line = line;
    this.studio = studio;
    this.urls = [];
    this.list = h("ol.revisions", { "aria-label": "Revisions" });
    this.compared = h("div.compared", { "aria-live": "polite" });
    this.element = h("div.past", {}, this.list, this.compared);
    line.on("revisions", (told) => told.scene === line.selected && this.draw(told));
    line.on("compared", (told, pictures) => told.scene === line.selected && this.compare(told, pictures));
    line.on("pinned", (told) => told.scene === line.selected && this.pin(told));
    line.onState((state) => this.follow(state));
    line.end(() => this.clear());
  }

  /** The panel has come into view: ask for what it shows. */
  open() {
    this.visible = true;
    this.follow(this.line.state);
  }

  hide() {
    this.visible = false;
  }

  follow(state) {
    const scene = state.scenes.find((each) => each.id === this.line.selected);
    const key = scene && `${scene.id} ${scene.revision}`;
    if (!this.visible || !scene || key === this.key) return;
    this.key = key;
    this.clear();
    this.line.say("revisions", { scene: scene.id });
  }

  draw(told) {
    fill(this.list, told.revisions.map((each, index) => this.row(told.scene, each, index === 0)));
    const before = told.revisions[1];
    if (before) this.pick(told.scene, before.number);
  }

  row(scene, told, newest) {
    return h(
      "li",
      { "data-revision": told.number },
      h(
        "button.revision",
        { type: "button", onclick: () => this.pick(scene, told.number) },
        h("b", {}, `Revision ${told.number}`, newest && h("small", {}, "now")),
        h("span", {}, told.why || (told.number === 1 ? "added" : "saved")),
        h("em", {}, `${told.who} · ${when(told.at)}`),
      ),
      this.pinButton(scene, told),
    );
  }

  pinButton(scene, told) {
    const turn = ({ currentTarget: button }) => {
      this.line.say("pin", { scene, revision: told.number, pinned: button.getAttribute("aria-pressed") !== "true" });
    };
    const title = "Keep this revision however old it gets";
    return iconButton("pin", `Pin revision ${told.number}`, turn, { "aria-pressed": String(told.pinned), title });
  }

  /** A revision was pinned, or is no longer: only its button changes, so that the keyboard stays where it was. */
  pin(told) {
    const button = this.list.querySelector(`[data-revision="${told.revision}"] [aria-pressed]`);
    button?.setAttribute("aria-pressed", String(told.pinned));
  }

  pick(scene, number) {
    for (const each of this.list.children) each.toggleAttribute("data-picked", Number(each.dataset.revision) === number);
    this.line.say("compare", { scene, revision: number, frame: this.studio.stage.frame, height: 360 });
  }

  compare(told, pictures) {
    this.clear();
    const side = (index, title) => {
      const url = told.shown[index] ? URL.createObjectURL(new Blob([pictures[index]], { type: "image/jpeg" })) : null;
      if (url) this.urls.push(url);
      return h("figure", {}, url ? h("img", { src: url, alt: title }) : h("span.blank", {}, "Broken"), h("figcaption", {}, title));
    };
    const restore = () => this.line.say("restore", { scene: told.scene, revision: told.revision });
    const same = told.revision === told.now;
    fill(
      this.compared,
      h("div.sides", {}, side(0, `Revision ${told.revision}`), side(1, `Now (revision ${told.now})`)),
      h("button.button.small", { type: "button", disabled: same, onclick: restore }, icon("restore"), `Restore revision ${told.revision}`),
      told.told.length ? h("ul.moved", {}, told.told.map((each) => h("li", {}, each))) : h("p.hint", {}, "The pictures are the same."),
      told.before !== told.after && h("details", {}, h("summary", {}, "Text, line by line"), merged(told.before, told.after)),
    );
  }

  clear() {
    for (const url of this.urls.splice(0)) URL.revokeObjectURL(url);
    this.compared.replaceChildren();
  }
}
