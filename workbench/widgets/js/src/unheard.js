/** What was typed while no kernel heard it: it waits in the page until a studio of the project shows the scene again. */
const place = (line, scene) => `workbench unheard ${line.state.project.id} ${scene}`;

export function keepUnheard(line, scene, text, base) {
  try {
    sessionStorage.setItem(place(line, scene), JSON.stringify({ text, base }));
  } catch {
    /* A page without a store of its own keeps nothing. */
  }
}

/** Return `{ text, base }` of what waits for a scene, once; null when nothing does. */
export function takeUnheard(line, scene) {
  try {
    const kept = sessionStorage.getItem(place(line, scene));
    sessionStorage.removeItem(place(line, scene));
    return JSON.parse(kept);
  } catch {
    return null;
  }
}
