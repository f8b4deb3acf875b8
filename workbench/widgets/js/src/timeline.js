import { fill, h, icon } from "./dom.js";

/** The strip of scenes: a picture, a name and a length each. */
export class Timeline {
  constructor(line) {
    this.line = line;
    this.pictures = new Map();
    this.list = h("ol.strip", { "aria-label": "Scenes" });
    this.element = h("div.timeline", {}, this.list);
    line.onState((state) => this.draw(state));
    line.on("thumb", (told, [bytes]) => this.picture(told, bytes));
    line.end(() => this.pictures.forEach((each) => each.url && URL.revokeObjectURL(each.url)));
  }

  draw(state) {
    const ratio = state.project.width / state.project.height;
    fill(this.list, state.scenes.map((scene) => this.item(scene, scene.id === state.selected, ratio)));
    const wanted = state.scenes.filter((scene) => this.pictures.get(scene.id)?.asked !== mark(scene, ratio));
    for (const scene of wanted) this.pictures.set(scene.id, { ...this.pictures.get(scene.id), asked: mark(scene, ratio) });
    if (wanted.length) this.line.say("thumbs", { scenes: wanted.map((scene) => scene.id) });
  }

  item(scene, selected, ratio) {
    const known = this.pictures.get(scene.id);
    const image = h("span.thumb", { style: `aspect-ratio:${ratio}` }, known?.url && h("img", { src: known.url, alt: "" }));
    return h(
      "li.scene",
      { "data-scene": scene.id },
      h(
        "button.pick",
        { type: "button", "aria-current": selected ? "true" : null, onclick: () => this.line.say("select", { scene: scene.id }) },
        image,
        h("span.caption", {}, h("b", {}, scene.name), scene.dirty && h("i.dot", { title: "Unsaved text" }), scene.status === "broken" && icon("warning")),
      ),
      h("span.seconds", {}, `${scene.seconds.toFixed(1)} s`),
    );
  }

  picture(told, bytes) {
    const known = this.pictures.get(told.scene) ?? {};
    if (known.url) URL.revokeObjectURL(known.url);
    known.url = bytes ? URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })) : null;
    this.pictures.set(told.scene, known);
    const thumb = this.list.querySelector(`[data-scene="${told.scene}"] .wb-thumb`);
    if (thumb) fill(thumb, known.url && h("img", { src: known.url, alt: "" }));
  }
}

const mark = (scene, ratio) => `${scene.revision} ${ratio}`;
