import { h, icon, iconButton, later } from "./dom.js";
import { Film } from "./film.js";

const clock = (frame, fps) => `${(frame / fps).toFixed(2)} s`;

/** The picture: exact stills while it stands, the moving preview while it plays. */
export class Stage {
  constructor(line, studio) {
    this.line = line;
    this.studio = studio;
    this.frame = 0;
    this.frames = 1;
    this.fps = 30;
    this.asked = 0;
    this.looping = true;
    this.fresh = false;
    this.scope = "scene";
    this.build();
    this.film = new Film(this.video);
    this.listen();
  }

  build() {
    this.video = h("video", { muted: true, playsInline: true, tabIndex: -1, "aria-hidden": "true" });
    this.still = h("img.still", { alt: "" });
    this.marks = h("div.marks", { "aria-hidden": "true" });
    this.notice = h("div.notice", { hidden: true, role: "status" });
    this.screen = h("div.screen", { onclick: (event) => this.point(event) }, this.video, this.still, this.marks, this.notice);
    this.playButton = iconButton("play", "Play", () => this.toggle());
    this.scrub = h("input.scrub", { type: "range", min: "0", max: "0", value: "0", "aria-label": "Frame", oninput: () => this.seek(Number(this.scrub.value)) });
    this.time = h("span.time", {}, "");
    this.loopButton = iconButton("loop", "Loop", () => this.setLoop(!this.looping), { "aria-pressed": "true" });
    this.safeButton = iconButton("safe", "Safe area", () => this.setSafe(!this.safe), { "aria-pressed": "false" });
    this.scopeButton = h("button.button.small", { type: "button", "aria-pressed": "false", title: "Play the whole project", onclick: () => this.setScope(this.scope === "scene" ? "project" : "scene") }, "Whole project");
    this.transport = h(
      "div.transport",
      { role: "group", "aria-label": "Playback" },
      this.playButton,
      iconButton("back", "Previous frame", () => this.step(-1)),
      iconButton("forward", "Next frame", () => this.step(1)),
      this.scrub,
      this.time,
      this.scopeButton,
      this.loopButton,
      this.safeButton,
    );
    this.element = h("div.stage", { role: "group", "aria-label": "Preview" }, h("div.frame", {}, this.screen), this.transport);
    this.element.addEventListener("keydown", (event) => this.key(event));
  }

  listen() {
    const { line, video } = this;
    line.on("scene", (told) => told.scene === line.selected && this.shape(told));
    line.on("checked", (told) => told.scene === this.shows && this.checked(told));
    line.on("still", (told, [bytes]) => this.show(told, bytes));
    line.on("blank", (told) => told.scene === line.selected && this.blank());
    line.on("piece", (told, [bytes]) => this.piece(told, bytes));
    line.on("clip", (told, [bytes]) => this.clip(told, bytes));
    video.addEventListener("playing", () => this.playing());
    video.addEventListener("ended", () => this.ended());
    this.resized = later(120, () => this.refresh());
    const watch = new ResizeObserver(() => this.resized());
    watch.observe(this.screen);
    line.end(() => (watch.disconnect(), this.resized.cancel(), this.film.clear()));
  }

  shape(told) {
    const other = told.scene !== this.scene;
    this.scene = told.scene;
    this.screen.style.aspectRatio = `${told.checked.width} / ${told.checked.height}`;
    this.screen.style.setProperty("--wb-ratio", told.checked.width / told.checked.height);
    if (other && this.scope === "project") this.setScope("scene");
    if (this.scope === "project") return;
    this.length(told.checked);
    if (other) this.change();
    else if (!told.saved) this.refresh();
    if (told.revision !== this.revision) this.outdated(told);
    this.revision = told.revision;
    if (told.saved) this.floor = told.job ?? 0;
    if (told.saved && told.checked.ok) {
      this.fresh = false;
      this.wanted = true;
    }
  }

  /** There is a newer revision than the one that was painted; what plays goes on with it. */
  outdated(told) {
    this.fresh = false;
    if (told.saved || !told.checked.ok || this.video.paused) return;
    this.wanted = true;
    this.line.say("preview", { scene: this.scene });
  }

  checked(told) {
    this.length(told.checked);
    if (told.view !== this.line.view) this.refresh();
  }

  /** Another scene: begin in its middle, where most of it is to be seen. */
  change() {
    this.pause(false);
    this.fresh = false;
    this.film.clear();
    delete this.screen.dataset.mode;
    this.seek(Math.floor(this.frames / 2));
    this.line.say("preview", { scene: this.scene });
  }

  length(checked) {
    this.fps = checked.fps;
    this.frames = checked.frames;
    this.scrub.max = String(this.frames - 1);
    this.frame = Math.min(this.frame, this.frames - 1);
    this.tick();
  }

  moment() {
    return { frame: this.frame, height: this.pixels(), n: ++this.asked };
  }

  pixels() {
    return Math.round(Math.min(1080, Math.max(180, this.screen.clientHeight * (globalThis.devicePixelRatio || 1))));
  }

  /** The text has changed: what was painted as a film is out of date. */
  typed() {
    this.fresh = false;
    this.clearMarks();
    if (this.scope === "project") this.setScope("scene");
    if (!this.video.paused) this.pause();
  }

  /** Show one scene, or the whole project, of which there is only the moving preview. */
  setScope(scope) {
    this.scope = scope;
    this.scopeButton.setAttribute("aria-pressed", String(scope === "project"));
    this.fresh = false;
    this.pause(false);
    this.film.clear();
    this.clearMarks();
    if (scope === "project") {
      this.wanted = true;
      this.line.say("whole");
    } else {
      this.ends = null;
      this.line.say("scene", { scene: this.line.selected });
      this.line.say("preview", { scene: this.line.selected });
    }
  }

  /** Which scene is seen at this moment, and which frame of it. */
  place() {
    if (this.scope === "scene") return { scene: this.scene, frame: this.frame };
    const seconds = (this.frame + 0.5) / this.fps;
    const index = Math.max(0, (this.ends ?? []).findIndex((end) => seconds < end));
    const first = index ? Math.round(this.ends[index - 1] * this.fps) : 0;
    return { scene: this.line.state.scenes[index]?.id, frame: this.frame - first };
  }

  get shows() {
    return this.scope === "project" ? "" : this.scene;
  }

  /** Whether a film is seen to play; one that was asked to, but waits for its pieces, is not. */
  get moving() {
    return !this.video.paused && this.screen.dataset.mode === "video";
  }

  seek(frame) {
    if (!this.video.paused) this.pause(false);
    this.frame = Math.max(0, Math.min(frame, this.frames - 1));
    this.tick();
    this.clearMarks();
    if (this.scope === "project") this.video.currentTime = (this.frame + 0.5) / this.fps;
    else this.refresh();
  }

  step(count) {
    this.seek(this.frame + count);
  }

  refresh() {
    if (this.scene && this.video.paused && this.scope === "scene") this.line.say("still", { scene: this.scene, ...this.moment() });
  }

  show(told, bytes) {
    if (told.view !== this.line.view || told.scene !== this.shows || this.moving || (told.n ?? this.asked) < (this.shown ?? 0)) return;
    this.shown = told.n ?? this.shown;
    const url = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
    const done = () => URL.revokeObjectURL(this.url);
    this.still.onload = () => {
      if (this.url) done();
      this.url = url;
      this.still.dataset.frame = told.frame;
      this.still.dataset.n = told.n;
      if (!this.moving) this.screen.dataset.mode = "still";
    };
    this.still.src = url;
    if (this.oldMark) this.clearMarks();
    this.notice.hidden = !told.stale;
    this.notice.textContent = told.stale ? "Broken: this is the last good frame" : "";
  }

  blank() {
    this.screen.dataset.mode = "blank";
    this.notice.hidden = false;
    this.notice.textContent = "Nothing to show: see the findings";
  }

  /** Whether a film is of another scene, or was begun before the last save. */
  isOld(told) {
    return told.scene !== this.shows || told.job < (this.floor ?? 0);
  }

  piece(told, bytes) {
    if (this.isOld(told)) return;
    if (told.number === 0) return this.film.clear();
    if (told.job !== this.job) this.begin(told);
    if (bytes?.byteLength) this.film.append(view(bytes));
    if (told.last) this.film.finish();
    this.ready();
  }

  clip(told, bytes) {
    if (this.isOld(told)) return;
    this.begin(told);
    this.film.whole(view(bytes));
    this.ready();
  }

  begin(told) {
    this.job = told.job;
    this.film.clear();
    this.ends = told.ends;
    if (told.play) this.wanted = true;
    if (told.ends) this.length({ fps: told.fps, frames: told.frames });
  }

  ready() {
    this.fresh = !this.studio.editor.ahead;
    if (!this.wanted || !this.fresh || !this.film.url) return;
    this.wanted = false;
    this.play(0);
  }

  play(from = this.frame >= this.frames - 1 ? 0 : this.frame) {
    if (!this.fresh) {
      this.wanted = true;
      return this.scope === "project" ? this.line.say("whole") : this.line.say("preview", { scene: this.scene });
    }
    this.clearMarks();
    this.video.loop = this.looping;
    this.video.currentTime = from ? (from + 0.5) / this.fps : 0;
    const wish = (this.wish = (this.wish ?? 0) + 1);
    this.video.play().catch((error) => this.unplayed(error, wish));
  }

  /** A film that did not begin because a newer one took its place is still wanted; a pause is the end of the wish. */
  unplayed(error, wish) {
    if (wish !== this.wish) return;
    if (error.name !== "AbortError") return this.pause();
    this.wanted = true;
    if (this.fresh) this.ready();
  }

  playing() {
    this.screen.dataset.mode = "video";
    this.playButton.replaceChildren(icon("pause"));
    this.label(this.playButton, "Pause");
    const follow = () => {
      if (this.video.paused) return;
      this.frame = Math.min(this.frames - 1, Math.floor(this.video.currentTime * this.fps));
      this.tick();
      requestAnimationFrame(follow);
    };
    follow();
  }

  pause(refresh = true) {
    this.wanted = false;
    this.wish = (this.wish ?? 0) + 1;
    this.video.pause();
    this.playButton.replaceChildren(icon("play"));
    this.label(this.playButton, "Play");
    if (refresh) this.refresh();
  }

  ended() {
    this.frame = this.frames - 1;
    this.pause();
    this.tick();
  }

  toggle() {
    if (this.video.paused) this.play();
    else this.pause();
  }

  setLoop(on) {
    this.looping = this.video.loop = on;
    this.loopButton.setAttribute("aria-pressed", String(on));
  }

  setSafe(on) {
    this.safe = on;
    this.screen.toggleAttribute("data-safe", on);
    this.safeButton.setAttribute("aria-pressed", String(on));
  }

  label(button, text) {
    button.setAttribute("aria-label", text);
    button.title = text;
  }

  tick() {
    this.scrub.value = String(this.frame);
    this.scrub.setAttribute("aria-valuetext", `frame ${this.frame}, ${clock(this.frame, this.fps)}`);
    this.time.textContent = `${clock(this.frame, this.fps)} · ${this.frame}/${this.frames - 1}`;
    this.studio.timeline?.follow();
  }

  point(event) {
    if (!this.scene || this.scope === "project") return;
    const playing = this.screen.dataset.mode === "video";
    const picture = playing ? `film ${this.job}` : `${this.line.view} ${this.still.dataset.n}`;
    const frame = playing ? this.frame : Number(this.still.dataset.frame ?? this.frame);
    if (!this.video.paused) this.pause();
    const box = this.screen.getBoundingClientRect();
    const at = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
    this.line.say("point", { scene: this.scene, picture, frame, text: this.studio.editor.text, ...at });
  }

  /** Draw a frame around a box given as shares of the picture: left, top, right, bottom. */
  mark(box, label, old = false) {
    this.oldMark = old;
    const [left, top, right, bottom] = box.map((share) => 100 * Math.max(0, Math.min(1, share)));
    const place = `left:${left}%;top:${top}%;width:${right - left}%;height:${bottom - top}%`;
    this.marks.replaceChildren(h("div.mark", { style: place }, h("span", {}, label)));
  }

  clearMarks() {
    this.oldMark = false;
    this.marks.replaceChildren();
  }

  key(event) {
    if (event.target === this.scrub && event.key.startsWith("Arrow")) return;
    const deeds = { " ": () => event.target.tagName !== "BUTTON" && this.toggle(), ",": () => this.step(-1), ".": () => this.step(1), Home: () => this.seek(0), End: () => this.seek(this.frames - 1) };
    if (deeds[event.key]?.() !== false && deeds[event.key]) event.preventDefault();
  }
}

const view = (buffer) => new Uint8Array(buffer.buffer ?? buffer, buffer.byteOffset ?? 0, buffer.byteLength);
