import { unique } from "./dom.js";

/** The line between one view and its desk in the kernel: words go out, words and state come in. */
export class Line {
  constructor(model) {
    this.model = model;
    this.view = unique();
    this.heard = new Map();
    this.answers = new Map();
    this.ends = [];
    this.hear = this.hear.bind(this);
    model.on("msg:custom", this.hear);
    this.end(() => model.off("msg:custom", this.hear));
  }

  get state() {
    return this.model.get("state");
  }

  /** The scene this view is about: its own, or the one selected in the studio. */
  get selected() {
    return this.model.get("scene") || this.state.selected;
  }

  /** Say something to the kernel; when that is gone, whoever set `lost` hears of it. */
  say(what, more = {}, buffers = []) {
    try {
      this.model.send({ do: what, view: this.view, ...more }, undefined, buffers);
    } catch {
      this.lost?.();
    }
  }

  act(kind, more = {}) {
    this.say("act", { action: { kind, ...more } });
  }

  on(what, listener) {
    this.heard.set(what, [...(this.heard.get(what) ?? []), listener]);
  }

  /** Hear the answer that carries this number, once. */
  once(n, listener) {
    this.answers.set(n, listener);
  }

  onState(listener) {
    const changed = () => listener(this.state);
    this.model.on("change:state", changed);
    this.end(() => this.model.off("change:state", changed));
    listener(this.state);
  }

  end(work) {
    this.ends.push(work);
  }

  hear(content, buffers) {
    const answer = this.answers.get(content.n);
    if (answer) {
      this.answers.delete(content.n);
      answer(content, buffers ?? []);
    }
    for (const listener of this.heard.get(content.tell) ?? []) listener(content, buffers ?? []);
  }

  close() {
    for (const end of this.ends.splice(0).reverse()) end();
  }
}
