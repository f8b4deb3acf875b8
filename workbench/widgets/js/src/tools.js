import { fill, h, iconButton } from "./dom.js";

const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/** The row above the strip: how long it all is, and what can be done with the selected scene. */
export class SceneTools {
  constructor(line, studio) {
    this.line = line;
    this.studio = studio;
    this.about = h("span.strip-about", {});
    this.buttons = h("span.scene-tools", { role: "group" });
    this.element = h("div.strip-head", {}, this.about, this.buttons);
  }

  show(state) {
    const scene = state.scenes.find((each) => each.id === state.selected);
    this.element.hidden = !scene;
    if (!scene) return;
    const total = state.scenes.reduce((sum, each) => sum + each.seconds, 0);
    this.about.textContent = `${plural(state.scenes.length, "scene")} · ${+total.toFixed(1)} s`;
    const part = partOf(scene);
    if (part) this.about.append(` · ${part}`);
    if (this.named === `${scene.id} ${scene.name}`) return;
    this.named = `${scene.id} ${scene.name}`;
    this.buttons.setAttribute("aria-label", `Scene ${scene.name}`);
    fill(
      this.buttons,
      this.button("split", `Split ${scene.name}`, "where the picture stands (S)", () => this.studio.split(scene)),
      this.button("copy", `Duplicate ${scene.name}`, "", () => this.line.act("duplicate_scene", { scene: scene.id })),
      this.button("star", `Keep ${scene.name} as a template`, "", () => this.line.say("save_template", { scene: scene.id })),
      this.button("bin", `Delete ${scene.name}`, "(Delete)", () => this.line.act("delete_scene", { scene: scene.id })),
    );
  }

  button(sign, label, more, act) {
    return iconButton(sign, label, act, more ? { title: `${label} ${more}` } : {});
  }
}

/** Say which part of a performance a scene plays that was split. */
function partOf(scene) {
  const begin = scene.excerpt?.begin_seconds;
  if (begin === undefined) return "";
  const text = (seconds) => String(+seconds.toFixed(2));
  return `${scene.name} plays ${text(begin)}–${text(begin + scene.seconds)} s of ${text(Math.max(scene.excerpt.of_seconds, begin + scene.seconds))} s`;
}
