import { fill, h, icon } from "./dom.js";
import { Reordering } from "./reordering.js";
import { SceneTools } from "./tools.js";

const KINDS = ["cut", "fade", "slide", "wipe"];
const MIN_WIDTH = 76;
const HEIGHT = 66;

/** The strip of scenes: a picture, a name and a length each; order, lengths and transitions change here. */
export class Timeline {
  constructor(line, studio) {
    this.line = line;
    this.studio = studio;
    this.pictures = new Map();
    this.list = h("ol.strip", { "aria-label": "Scenes" });
    this.empty = h("div.empty", {}, h("p", {}, "An empty project."), h("button.button.primary", { type: "button", onclick: () => line.act("add_scene") }, icon("plus"), "Add Scene"), h("p.hint", {}, "or say below what you want to see."));
    this.head = h("span.playhead", { "aria-hidden": "true" });
    this.tools = new SceneTools(line, studio);
    this.element = h("div.timeline", {}, this.tools.element, this.list, this.empty);
    this.order = new Reordering(this.list, (scene, position) => line.act("move_scene", { scene, position }));
    line.onState((state) => this.draw(state));
    line.on("thumb", (told, pictures) => this.picture(told, pictures));
    line.end(() => this.pictures.forEach((each) => each.urls?.forEach((url) => URL.revokeObjectURL(url))));
  }

  draw(state) {
    if (this.editing) return (this.waiting = state);
    const focus = this.remember();
    const ratio = state.project.width / state.project.height;
    this.empty.hidden = state.scenes.length > 0;
    fill(this.list, state.scenes.map((scene) => this.item(scene, state, ratio)));
    this.tools.show(state);
    this.follow();
    focus?.();
    const wanted = state.scenes.filter((scene) => this.pictures.get(scene.id)?.asked !== mark(scene, ratio));
    for (const scene of wanted) this.pictures.set(scene.id, { ...this.pictures.get(scene.id), asked: mark(scene, ratio) });
    const counts = wanted.map((scene) => [scene.id, Math.ceil(widthOf(scene, ratio) / (HEIGHT * ratio))]);
    if (wanted.length) this.line.say("thumbs", { scenes: Object.fromEntries(counts) });
  }

  /** Return what puts the keyboard's focus back after the strip was drawn anew. */
  remember() {
    const active = this.list.getRootNode().activeElement;
    const scene = active?.closest?.("[data-scene]")?.dataset.scene;
    if (!scene || !this.list.contains(active)) return null;
    const what = `.${active.classList[0]}`;
    return () => this.list.querySelector(`[data-scene="${scene}"] ${what}`)?.focus();
  }

  /** Put the playhead where the picture stands. */
  follow() {
    const { scene, frame } = this.studio.stage.place();
    const known = this.line.state.scenes.find((each) => each.id === scene);
    const thumb = known && this.list.querySelector(`[data-scene="${scene}"] .wb-thumb`);
    if (!thumb) return this.head.remove();
    const share = Math.min(1, (frame + 0.5) / (known.seconds * this.line.state.project.fps));
    this.head.style.left = `${100 * share}%`;
    if (this.head.parentNode !== thumb) thumb.append(this.head);
  }

  item(scene, state, ratio) {
    const selected = scene.id === state.selected;
    const known = this.pictures.get(scene.id);
    const width = widthOf(scene, ratio);
    const pick = h(
      "button.pick",
      { type: "button", "aria-current": selected ? "true" : null, "aria-label": `Scene ${scene.position}: ${scene.name}`, onclick: () => this.line.say("select", { scene: scene.id }), ondblclick: () => this.rename(scene), onkeydown: (event) => this.key(event, scene, state) },
      h("span.thumb", { style: `width:${width}px` }, images(known), scene.status === "broken" && h("span.broken", {}, "Broken")),
    );
    return h(
      "li.scene",
      { "data-scene": scene.id, "data-selected": String(selected) },
      scene.position > 1 && this.transition(scene),
      pick,
      h("span.caption", { style: `max-width:${width}px` },
        h("button.name", { type: "button", title: "Rename (F2)", "aria-label": `Rename ${scene.name}`, onclick: () => (selected ? this.rename(scene) : this.line.say("select", { scene: scene.id })) }, scene.name),
        scene.dirty && h("i.dot", { role: "img", title: "Unsaved text", "aria-label": "Unsaved text" }),
        h("button.seconds", { type: "button", title: "Set the length", "aria-label": `Length of ${scene.name}`, onclick: () => this.duration(scene) }, `${+scene.seconds.toFixed(2)} s`)),
    );
  }

  transition(scene) {
    const { kind, seconds } = scene.transition;
    const choose = h(
      "select.transition",
      { "aria-label": `Transition into ${scene.name}`, title: `How ${scene.name} comes in${kind === "cut" ? "" : `: ${kind}, ${seconds} s`}`, "data-kind": kind, onchange: () => this.line.act("set_transition", { scene: scene.id, transition: choose.value, seconds: choose.value === "cut" ? 0 : seconds || 0.5 }) },
      KINDS.map((each) => h("option", { value: each, selected: each === kind }, each)),
    );
    return h("span.join", {}, choose);
  }

  key(event, scene, state) {
    const moves = { ArrowLeft: -1, ArrowRight: 1 };
    if (event.altKey && moves[event.key]) {
      const position = scene.position + moves[event.key];
      if (position >= 1 && position <= state.scenes.length) this.line.act("move_scene", { scene: scene.id, position });
    } else if (event.key === "F2") this.rename(scene);
    else if (event.key === "s" && !event.ctrlKey && !event.metaKey && !event.altKey) this.studio.split(scene);
    else if (event.key === "Delete") this.line.act("delete_scene", { scene: scene.id });
    else if (moves[event.key]) this.neighbour(scene, moves[event.key]);
    else return;
    event.preventDefault();
  }

  neighbour(scene, step) {
    const picks = [...this.list.querySelectorAll(".wb-pick")];
    picks[scene.position - 1 + step]?.focus();
  }

  rename(scene) {
    this.edit(scene, ".wb-name", h("input.field", { value: scene.name, maxlength: "120", "aria-label": "Name" }), (text) => {
      if (text.trim() && text !== scene.name) this.line.act("save_scene", { scene: scene.id, name: text.trim() });
    });
  }

  duration(scene) {
    this.edit(scene, ".wb-seconds", h("input.field", { type: "number", value: String(scene.seconds), min: "0.1", max: "120", step: "0.1", "aria-label": "Length in seconds" }), (text) => {
      const seconds = Number(text);
      if (!(seconds > 0)) this.studio.say("A length is a number of seconds above 0, such as 4.5; nothing changed.");
      else if (seconds !== scene.seconds) this.line.act("save_scene", { scene: scene.id, duration_seconds: seconds });
    });
  }

  /** Put an input in place of a part of a scene's item until it is left; Escape leaves all as it was. */
  edit(scene, part, input, keep) {
    const place = this.list.querySelector(`[data-scene="${scene.id}"] ${part}`);
    if (!place) return;
    this.editing = true;
    const end = (kept) => {
      if (!this.editing) return;
      this.editing = false;
      if (kept) keep(input.value);
      this.draw(this.line.state);
      this.list.querySelector(`[data-scene="${scene.id}"] .wb-pick`)?.focus();
    };
    input.addEventListener("blur", () => end(true));
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") end(true);
      if (event.key === "Escape") end(false);
    });
    place.replaceWith(input);
    input.focus();
    input.select();
  }

  picture(told, pictures) {
    const known = this.pictures.get(told.scene) ?? {};
    known.urls?.forEach((url) => URL.revokeObjectURL(url));
    known.urls = pictures.map((bytes) => URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })));
    this.pictures.set(told.scene, known);
    const thumb = this.list.querySelector(`[data-scene="${told.scene}"] .wb-thumb`);
    thumb?.querySelectorAll("img").forEach((each) => each.remove());
    thumb?.prepend(...images(known));
  }
}

const mark = (scene, ratio) => `${scene.revision} ${scene.status} ${ratio}`;
const images = (known) => (known?.urls ?? []).map((url) => h("img", { src: url, alt: "" }));

/** Return how wide a scene is in the strip: its length counts, up to twelve seconds. */
function widthOf(scene, ratio) {
  return Math.max(MIN_WIDTH, Math.round(Math.min(scene.seconds, 12) * 26), Math.round(HEIGHT * Math.min(ratio, 1)));
}
