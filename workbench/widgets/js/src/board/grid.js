import { fill, h, later } from "../dom.js";
import { inSight } from "./window.js";

export const ROW = 136;
export const COLUMN = 196;
const SIDE = 168;
const [HEAD, BAR, TALL] = [30, 16, 500];

/** The matrix: rows of cases and repeats, columns of arms; only what is in sight is drawn. */
export class Grid {
  constructor({ cells, onWant, onOpen, onPick }) {
    Object.assign(this, { cells, onWant, onOpen, onPick });
    this.rows = [];
    this.arms = [];
    this.only = "all";
    this.active = [0, 0];
    this.picked = [];
    this.pictures = new Map();
    this.clips = new Map();
    this.head = h("div.grid-head", { role: "row" });
    this.sheet = h("div.grid-sheet", { role: "presentation" });
    this.body = h("div.grid-body", { role: "grid", "aria-label": "Cells", tabindex: "0", onscroll: () => this.draw(), onkeydown: (event) => this.key(event) }, this.head, this.sheet);
    this.element = h("div.grid", {}, this.body);
    this.want = later(90, () => this.onWant(this.wanted()));
    this.watch = new ResizeObserver(() => this.draw());
    this.watch.observe(this.body);
    this.drawn = new Map();
  }

  close() {
    this.watch.disconnect();
    this.want.cancel();
    for (const url of [...this.pictures.values(), ...this.clips.values()]) if (url) URL.revokeObjectURL(url);
  }

  /** Show rows and arms; cells that are not what is looked for (`only`) stand back. */
  show(rows, arms, only = "all") {
    this.rows = rows;
    this.arms = arms;
    this.only = only;
    this.active = [Math.min(this.active[0], Math.max(0, rows.length - 1)), Math.min(this.active[1], Math.max(0, arms.length - 1))];
    this.sheet.style.height = `${rows.length * ROW}px`;
    this.body.style.height = `${Math.min(TALL, HEAD + Math.max(1, rows.length) * ROW + BAR)}px`;
    this.sheet.style.width = `${SIDE + arms.length * COLUMN}px`;
    this.head.style.width = this.sheet.style.width;
    this.body.setAttribute("aria-rowcount", rows.length + 1);
    this.body.setAttribute("aria-colcount", arms.length + 1);
    fill(this.head, h("span.corner", { role: "columnheader", style: `width:${SIDE}px` }, "Case"), arms.map((arm) => h("span.arm", { role: "columnheader", style: `width:${COLUMN}px`, title: arm }, arm)));
    this.drawn.forEach((element) => element.remove());
    this.drawn.clear();
    this.draw();
  }

  draw() {
    const [first, end] = inSight(this.body.scrollTop, this.body.clientHeight, ROW, this.rows.length);
    const [left, right] = inSight(this.body.scrollLeft, this.body.clientWidth - SIDE, COLUMN, this.arms.length, 1);
    const keep = new Set();
    for (let row = first; row < end; row++) {
      keep.add(`${row}`);
      this.place(`${row}`, () => this.label(row));
      for (let column = left; column < right; column++) {
        keep.add(`${row}:${column}`);
        this.place(`${row}:${column}`, () => this.cell(row, column));
      }
    }
    for (const [key, element] of this.drawn) {
      if (keep.has(key)) continue;
      element.remove();
      this.drawn.delete(key);
    }
    this.want();
  }

  /** Draw a cell again that changed. */
  refresh(id) {
    for (const [key, element] of this.drawn) {
      if (element.dataset.id !== id) continue;
      const [row, column] = key.split(":").map(Number);
      const fresh = this.cell(row, column);
      element.replaceWith(fresh);
      this.drawn.set(key, fresh);
    }
  }

  picture(kind, id, bytes) {
    const held = kind === "clip" ? this.clips : this.pictures;
    const type = kind === "clip" ? "video/mp4" : "image/jpeg";
    held.set(id, bytes.byteLength ? URL.createObjectURL(new Blob([bytes], { type })) : null);
    if (held.size > 400) this.forget(held);
    for (const element of this.drawn.values()) if (element.dataset.id === id) this.paint(element, id);
  }

  forget(held) {
    const shown = new Set([...this.drawn.values()].map((element) => element.dataset.id));
    for (const [id, url] of held) {
      if (held.size <= 300) return;
      if (shown.has(id)) continue;
      if (url) URL.revokeObjectURL(url);
      held.delete(id);
    }
  }

  wanted() {
    const wanted = [];
    for (const element of this.drawn.values()) {
      const { id, state } = element.dataset;
      if (!id || state !== "done") continue;
      if (element.dataset.playing && !this.clips.has(id)) wanted.unshift(["clip", id]);
      if (!this.pictures.has(id)) wanted.push(["poster", id]);
    }
    return wanted;
  }

  place(key, make) {
    if (this.drawn.has(key)) return;
    const element = make();
    this.drawn.set(key, element);
    this.sheet.append(element);
  }

  label(row) {
    const [name, repeat] = this.rows[row].split(/ #(?=\d+$)/);
    const style = `width:${SIDE}px;height:${ROW}px`;
    return h("div.row-side", { style: `top:${row * ROW}px` }, h("div.row-label", { role: "rowheader", style, title: name }, h("b", {}, name), h("span.quiet", {}, `repeat ${repeat}`)));
  }

  cell(row, column) {
    const number = this.cells.at(this.rows[row], this.arms[column]);
    const style = `top:${row * ROW}px;left:${SIDE + column * COLUMN}px;width:${COLUMN}px;height:${ROW}px`;
    if (number === undefined) return h("div.cell", { style, role: "gridcell" });
    const told = this.cells.get(number);
    const active = row === this.active[0] && column === this.active[1];
    const element = h(
      "div.cell",
      {
        style,
        role: "gridcell",
        "data-id": told.id,
        "data-state": told.state,
        "data-good": told.state === "done" ? String(Boolean(told.accepted)) : null,
        "data-active": active ? "true" : null,
        "data-aside": this.cells.matches(number, this.only) ? null : "true",
        "aria-selected": this.picked.includes(told.id) ? "true" : "false",
        "aria-label": `${this.rows[row]}, ${this.arms[column]}: ${words(told)}`,
        onmouseenter: () => this.play(element, true),
        onmouseleave: () => this.play(element, false),
        onclick: (event) => this.click(row, column, event),
      },
      h("div.thumb", {}),
      h("div.facts", {}, h("span.mark", {}, mark(told)), h("span.quiet", {}, words(told))),
    );
    this.paint(element, told.id);
    return element;
  }

  paint(element, id) {
    const thumb = element.firstChild;
    const still = this.pictures.get(id);
    const clip = this.clips.get(id);
    if (element.dataset.playing && clip) {
      if (thumb.firstChild?.tagName !== "VIDEO") fill(thumb, h("video", { src: clip, muted: true, loop: true, autoplay: true, playsinline: true, poster: still ?? "" }));
    } else if (still) fill(thumb, h("img", { src: still, alt: "", decoding: "async" }));
    else fill(thumb, this.pictures.has(id) ? h("span.quiet", {}, "no picture") : null);
  }

  play(element, on) {
    if (on) element.dataset.playing = "true";
    else delete element.dataset.playing;
    this.paint(element, element.dataset.id);
    if (on && !this.clips.has(element.dataset.id)) this.want();
  }

  click(row, column, event) {
    this.move(row, column);
    if (event.shiftKey || event.ctrlKey || event.metaKey) this.pick();
    else this.open();
  }

  activeId() {
    const number = this.cells.at(this.rows[this.active[0]], this.arms[this.active[1]]);
    return number === undefined ? null : this.cells.value(number, "id");
  }

  pick() {
    const id = this.activeId();
    if (!id) return;
    this.picked = this.picked.includes(id) ? this.picked.filter((each) => each !== id) : [...this.picked, id].slice(-2);
    this.again();
    this.onPick(this.picked);
  }

  open() {
    const id = this.activeId();
    if (id) this.onOpen(id);
  }

  move(row, column) {
    this.active = [Math.min(Math.max(0, row), this.rows.length - 1), Math.min(Math.max(0, column), this.arms.length - 1)];
    const top = this.active[0] * ROW;
    const room = this.body.clientHeight - this.head.offsetHeight;
    if (top < this.body.scrollTop) this.body.scrollTop = top;
    if (top + ROW > this.body.scrollTop + room) this.body.scrollTop = top + ROW - room;
    const left = this.active[1] * COLUMN;
    const wide = this.body.clientWidth - SIDE;
    if (left < this.body.scrollLeft) this.body.scrollLeft = left;
    if (left + COLUMN > this.body.scrollLeft + wide) this.body.scrollLeft = left + COLUMN - wide;
    this.again();
  }

  again() {
    this.drawn.forEach((element) => element.remove());
    this.drawn.clear();
    this.draw();
    const element = this.drawn.get(this.active.join(":"));
    if (element) this.play(element, true);
  }

  key(event) {
    const steps = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1], PageDown: [4, 0], PageUp: [-4, 0], Home: [-1e9, 0], End: [1e9, 0] };
    if (steps[event.key]) this.move(this.active[0] + steps[event.key][0], this.active[1] + steps[event.key][1]);
    else if (event.key === "Enter") this.open();
    else if (event.key === " ") this.pick();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function mark(told) {
  if (told.state === "done") return told.accepted ? "✓" : told.valid ? "◐" : "✗";
  return { failed: "!", running: "…", pending: "·", cancelled: "–" }[told.state];
}

export function words(told) {
  if (told.state !== "done") return told.state === "failed" ? `failed: ${told.error}` : told.state;
  const verdict = told.accepted ? "accepted" : told.valid ? "not as expected" : "not valid";
  const facts = [verdict];
  if (told.repairs) facts.push(`${told.repairs} ${told.repairs === 1 ? "repair" : "repairs"}`);
  if (told.seconds !== null && told.seconds !== undefined) facts.push(`${told.seconds.toFixed(1)} s`);
  if (told.judged !== null && told.judged !== undefined) facts.push(`judged ${Math.round(told.judged * 100)} %`);
  return facts.join(" · ");
}
