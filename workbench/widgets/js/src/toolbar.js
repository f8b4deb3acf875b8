import { fill, h, icon, iconButton } from "./dom.js";

/** The row of commands on top: which project, which scene, and what can be done with it. */
export function toolbar(line, studio) {
  const name = h("strong.project");
  const scenes = h("select.select", { "aria-label": "Scene", onchange: () => line.say("select", { scene: scenes.value }) });
  const add = h("button.button", { type: "button", onclick: () => line.act("add_scene") }, icon("plus"), "Add Scene");
  const templates = h("button.button", { type: "button", onclick: () => studio.toggleGallery() }, icon("grid"), "Templates");
  const save = h("button.button.primary", { type: "button", title: "Save (Ctrl-S)", onclick: () => studio.save() }, "Save");
  const close = h("button.button", { type: "button", title: "Give back what the studio holds; unsaved text is kept", onclick: () => line.say("close") }, "Close");
  const undo = iconButton("undo", "Undo", () => line.act("undo"));
  const redo = iconButton("redo", "Redo", () => line.act("redo"));
  const shape = h("select.select", { "aria-label": "Format", onchange: () => line.act("set_format", { format: shape.value }) });

  line.onState((state) => {
    name.textContent = state.project.name;
    name.title = `${state.project.width} × ${state.project.height}, ${state.project.fps} frames per second`;
    fill(scenes, state.scenes.map((scene) => option(scene.id, `${scene.position}  ${scene.name}${scene.dirty ? " •" : ""}`)));
    scenes.value = state.selected ?? "";
    scenes.disabled = !state.scenes.length;
    save.disabled = !state.scenes.length;
    undo.disabled = !state.undo;
    undo.title = state.undo ? `Undo: ${state.undo}` : "Nothing to undo";
    redo.disabled = !state.redo;
    redo.title = state.redo ? `Redo: ${state.redo}` : "Nothing to redo";
    const shapes = [...new Set([...state.project.shapes, state.project.shape])];
    fill(shape, shapes.map((each) => option(each, each)));
    shape.value = state.project.shape;
  });

  return h(
    "div.toolbar",
    { role: "toolbar", "aria-label": "Studio" },
    name,
    h("span.group", {}, scenes, add, save, close),
    h("span.group", {}, undo, redo),
    h("span.spring"),
    h("span.group", {}, templates, shape, studio.exporting.element),
  );
}

const option = (value, text) => h("option", { value }, text);
