import { Board } from "./board.js";
import css from "./board.css";
import { Rating } from "./rating.js";
import { h, keepKeys } from "../dom.js";

/** Draw the board, or the blind rating, into `el`; returns the way to take it down again. */
export function show({ model, el }) {
  const root = keepKeys(h("div.board", { "data-part": model.get("part") }));
  el.append(h("style", {}, css), root);
  const part = model.get("part") === "rating" ? new Rating(model, root) : new Board(model, root);
  return () => part.close();
}
