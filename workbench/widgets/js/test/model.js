/** A widget model without a kernel: keeps what is said, and tells what a test wants to be heard. */
export class FakeModel {
  constructor(state) {
    this.state = state;
    this.said = [];
    this.listeners = new Map();
  }
  get(name) {
    return { state: this.state, part: "studio" }[name] ?? "";
  }
  on(name, listener) {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
  }
  off(name, listener) {
    this.listeners.set(name, (this.listeners.get(name) ?? []).filter((each) => each !== listener));
  }
  send(content) {
    this.said.push(content);
  }
  tell(content, buffers = []) {
    for (const listener of this.listeners.get("msg:custom") ?? []) listener(content, buffers);
  }
  show(state) {
    this.state = state;
    for (const listener of this.listeners.get("change:state") ?? []) listener();
  }
  heard(name) {
    return this.said.filter((each) => each.do === name);
  }
}

export const stateOf = (...names) => ({
  project: { id: "p", name: "Orbit", width: 1920, height: 1080, fps: 30, shape: "16:9", shapes: ["16:9", "9:16"] },
  scenes: names.map((name, index) => ({ id: name, position: index + 1, name, seconds: 5, revision: 1, status: "ready", transition: { kind: "cut", seconds: 0.5 }, dirty: false })),
  selected: names[0] ?? null,
  pictures: [],
  undo: null,
  redo: null,
});

export const sceneOf = (scene, text, more = {}) => ({
  tell: "scene", scene, name: scene, revision: 1, base: 1, kept: text, text, params: {}, dirty: false,
  checked: { ok: true, findings: [], params: [], frames: 150, seconds: 5, fps: 30, width: 1920, height: 1080 },
  ...more,
});
