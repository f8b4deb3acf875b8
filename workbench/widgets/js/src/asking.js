import { Attaching } from "./attaching.js";
import { fill, h, icon, iconButton } from "./dom.js";

const STAGES = { reading: "Reading", deciding: "Deciding", writing: "Writing", checking: "Checking", painting: "Painting", stopping: "Stopping after this step" };

/** The prompt box, and the conversation it leads. */
export class Asking {
  constructor(line, studio) {
    this.line = line;
    this.studio = studio;
    this.shown = 0;
    this.about = h("button.about", { type: "button", title: "What the prompt is about", onclick: () => this.turn() });
    this.input = h("textarea.prompt", { rows: 1, "aria-label": "Prompt", placeholder: "Say what you want to see or change", onfocus: () => this.begin(), oninput: () => this.fit(), onkeydown: (event) => this.key(event) });
    this.stage = h("span.stage-name", { role: "status", "aria-live": "polite" });
    this.send = iconButton("send", "Send", () => this.ask());
    this.stop = h("button.button", { type: "button", hidden: true, onclick: () => this.cancel() }, "Cancel");
    this.attaching = new Attaching(line, this, studio.element);
    this.bar = h("form.ask", { "aria-label": "Ask", onsubmit: (event) => (event.preventDefault(), this.ask()) }, this.attaching.element, this.about, this.input, this.stage, this.stop, this.send);
    this.messages = h("ol.messages", { "aria-label": "Conversation", tabIndex: 0 });
    this.scoped = false;
    line.on("messages", (told) => (this.draw(told.messages), this.at(told.stage)));
    line.on("stage", (told) => this.at(told.stage));
    line.on("error", (told) => told.where === "ask" && this.at(""));
    line.onState((state) => this.name(state));
  }

  name(state) {
    const scene = state.scenes.find((each) => each.id === state.selected);
    this.scene = scene;
    this.about.textContent = this.scoped && scene ? `@${scene.name}` : "Project";
    this.about.setAttribute("aria-pressed", String(Boolean(this.scoped && scene)));
    this.about.disabled = !scene;
  }

  turn() {
    this.scoped = !this.scoped;
    this.name(this.line.state);
    this.input.focus();
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.ask();
    }
  }

  /** Once a view: the kernel loads what a first prompt waits for while it is written. */
  begin() {
    if (!this.begun) this.line.say("begun");
    this.begun = true;
  }

  fit() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 120)}px`;
  }

  ask() {
    const text = this.input.value.trim();
    if (!text || this.busy || this.attaching.waiting) return;
    this.studio.editor.send();
    const prompt = this.scoped && this.scene && !text.includes("@") ? `@${this.scene.position} ${text}` : text;
    this.line.say("ask", { prompt, images: this.attaching.take() });
    this.at("reading");
    this.studio.say("");
    this.input.value = "";
    this.fit();
    this.studio.side.open("talk");
  }

  cancel() {
    this.line.say("cancel", { what: "ask" });
    this.at("stopping");
    this.stop.disabled = true;
  }

  at(stage) {
    if (!stage || stage === "reading") this.stop.disabled = false;
    else if (this.stop.disabled) stage = "stopping";
    this.busy = Boolean(stage);
    this.stage.textContent = STAGES[stage] ?? stage ?? "";
    this.bar.toggleAttribute("data-busy", this.busy);
    this.stop.hidden = !this.busy;
    this.send.hidden = this.busy;
  }

  draw(messages) {
    const known = new Set([...this.messages.children].map((each) => each.dataset.id));
    const fresh = messages.filter((each) => !known.has(each.id));
    this.messages.append(...fresh.map((each) => this.message(each)));
    this.messages.toggleAttribute("data-empty", !this.messages.children.length);
    const panel = this.messages.parentElement;
    if (fresh.length && panel) panel.scrollTop = panel.scrollHeight;
  }

  message(told) {
    const scenes = told.scenes.map((scene) =>
      h(
        "button.restore",
        { type: "button", title: `Bring back revision ${scene.revision} of ${scene.name}`, onclick: () => this.line.say("restore", { scene: scene.id, revision: scene.revision }) },
        icon("restore"),
        `Restore ${scene.name}`,
      ),
    );
    return h(
      "li.message",
      { "data-id": told.id, "data-role": told.role, "data-ok": String(told.ok) },
      h("p", {}, told.text),
      scenes.length ? h("div.restores", {}, scenes) : null,
      told.offer ? h("button.restore.accept", { type: "button", onclick: (event) => ((event.currentTarget.disabled = true), this.line.say("accept", { message: told.id })) }, icon("check"), "Apply it") : null,
    );
  }
}

/** What stands in an empty conversation. */
export const hint = () => fill(h("p.hint"), "Nothing said yet. Try “Add a title that says Hello”, or “make the title of scene 1 orange”.");
