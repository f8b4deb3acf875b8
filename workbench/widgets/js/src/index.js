import { showGallery, showHistory, showPlayer } from "./parts.js";
import { showStudio } from "./studio.js";

const PARTS = { studio: showStudio, player: showPlayer, history: showHistory, gallery: showGallery };

/** Draw what the model is about into `el`; returns the way to take it down again. */
export function show({ model, el }) {
  return PARTS[model.get("part")]({ model, el });
}
