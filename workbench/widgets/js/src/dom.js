/** Make an element: `h("button.quiet", { onclick, "aria-label": "Play" }, "▶")`. */
export function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name || "div");
  if (classes.length) element.className = classes.map((each) => `wb-${each}`).join(" ");
  for (const [key, value] of Object.entries(attributes)) set(element, key, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function set(element, key, value) {
  if (value === null || value === undefined) return;
  if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
  else if (key in element && typeof value !== "string") element[key] = value;
  else if (value === true) element.setAttribute(key, "");
  else if (value !== false) element.setAttribute(key, value);
}

/** A name that nothing else has; `crypto.randomUUID` is not there in a page that came without TLS. */
export const unique = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (each) => each.toString(16).padStart(2, "0")).join("");

const ICONS = {
  play: "M5 3.2v9.6L13 8z",
  pause: "M5 3v10M11 3v10",
  back: "M12.5 3.5v9L6 8zM4 3.5v9",
  forward: "M3.5 3.5v9L10 8zM12 3.5v9",
  loop: "M3 8a4 4 0 0 1 4-4h5.5M10.5 2l2 2-2 2M13 8a4 4 0 0 1-4 4H3.5M5.500 14l-2-2 2-2",
  undo: "M4 6.500h6a3 3 0 0 1 0 6H6M6.500 4L4 6.500 6.500 9",
  redo: "M12 6.500H6a3 3 0 0 0 0 6h4M9.500 4L12 6.500 9.500 9",
  plus: "M8 3v10M3 8h10",
  close: "M4 4l8 8M12 4l-8 8",
  safe: "M2.500 3.500h11v9h-11zM5 6h6v4H5z",
  more: "M3.500 8h.01M8 8h.01M12.500 8h.01",
  export: "M8 10V2.500M5 5.500l3-3 3 3M3 10v3.500h10V10",
  check: "M3.500 8.500l3 3 6-7",
  warning: "M8 2.500l6 11H2zM8 6.500v3.500M8 12h.01",
  copy: "M5.500 5.500v-3h8v8h-3M2.500 5.500h8v8h-8z",
  split: "M8 1.500v13M2 4.500h3v7H2zM11 4.500h3v7h-3z",
  star: "M8 2.500l1.700 3.600 3.900.500-2.900 2.700.800 3.900L8 11.300l-3.500 1.900.800-3.900-2.900-2.700 3.900-.500z",
  bin: "M3 4.500h10M6 4.500v-2h4v2M4.500 4.500l.500 9h6l.500-9M7 7v4M9 7v4",
  search: "M7 11.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9zM10.500 10.500l3 3",
  send: "M2.500 8l11-5-4 10.500-2.500-4zM7 9.500l6.500-6.500",
  restore: "M3 8a5 5 0 1 0 1.500-3.500L3 6M3 2.500V6h3.500M8 5.500V8l2 1.500",
  pin: "M5.500 2.500h5M6.500 2.500v4L4 9.500h8L9.500 6.500v-4M8 9.500v4.500",
  grid: "M3 3h4v4H3zM9 3h4v4H9zM3 9h4v4H3zM9 9h4v4H9z",
};

/** Make a small drawn sign; it is for the eye alone. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `wb-icon wb-icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** Make a button with a sign and a name that is read aloud and shown on hover. */
export function iconButton(name, label, onclick, attributes = {}) {
  return h("button.tool", { type: "button", "aria-label": label, title: label, onclick, ...attributes }, icon(name));
}

/** Replace what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/**
 * Keep plain keys from what is around an element: a notebook would cut the cell at X, and take the arrows from a slider.
 * Keys with Ctrl, Alt or Cmd go on, and so does what runs a cell.
 */
export function keepKeys(element) {
  element.addEventListener("keydown", (event) => {
    const runs = event.key === "Enter" && event.shiftKey && event.target.tagName !== "TEXTAREA";
    if (!runs && !event.ctrlKey && !event.altKey && !event.metaKey) event.stopPropagation();
  });
  return element;
}

/** Wait until nothing was asked for `milliseconds`, then do the last that was. */
export function later(milliseconds, work) {
  let timer;
  const soon = (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), milliseconds);
  };
  soon.cancel = () => clearTimeout(timer);
  return soon;
}
