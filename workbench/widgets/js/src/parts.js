import { h, keepKeys } from "./dom.js";
import { Gallery } from "./gallery.js";
import { Line } from "./line.js";
import { Past } from "./past.js";
import { Stage } from "./stage.js";
import style from "./studio.css";

const nobody = { ahead: false, send: () => {} };

/** Put one part into the page, by itself. */
function alone(model, el, name, make) {
  const line = new Line(model);
  const title = `${name} of ${line.state.project.name}`;
  const part = make(line);
  const root = keepKeys(h("section.studio", { "aria-label": title, "data-lm-suppress-shortcuts": "true", "data-part": model.get("part") }, part.element));
  const closed = (state) => state.closed && root.replaceChildren(h("p.closed", {}, "Closed. Run the cell again."));
  el.append(h("style", {}, style), root);
  line.say("mount", { scene: line.selected });
  line.onState(closed);
  const heart = setInterval(() => line.say("here"), 30000);
  line.end(() => (clearInterval(heart), line.say("unmount")));
  part.open?.();
  return () => line.close();
}

/** A scene that plays, without an editor. */
export function showPlayer({ model, el }) {
  return alone(model, el, "Player", (line) => {
    const stage = new Stage(line, { editor: nobody });
    line.onState((state) => {
      const scene = state.scenes.find((each) => each.id === line.selected);
      if (scene && stage.revision && scene.revision !== stage.revision) line.say("scene", { scene: scene.id });
    });
    return stage;
  });
}

/** A scene's revisions. */
export function showHistory({ model, el }) {
  return alone(model, el, "History", (line) => new Past(line, { stage: { frame: 60 } }));
}

/** The templates; a click adds one to the project. */
export function showGallery({ model, el }) {
  return alone(model, el, "Templates", (line) => new Gallery(line, { onUse: (template) => line.act("add_scene", { template: template.id }) }));
}
