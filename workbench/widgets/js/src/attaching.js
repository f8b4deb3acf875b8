import style from "./attaching.css";
import { h } from "./dom.js";
import { upload } from "./upload.js";

const SAYS = { uploading: "uploading", queued: "waiting", running: "measuring", ready: "measured", failed: "failed", expired: "facts expired" };
const MOVING = ["queued", "running"];
const LOOK_MS = 1500;

/** Pictures dropped or pasted onto the studio: each a chip over the prompt box, sent along with the next prompt. */
export class Attaching {
  constructor(line, asking, place) {
    this.line = line;
    this.held = [];
    this.chips = h("div.attached", { role: "list", "aria-label": "Pictures for the prompt" });
    this.element = [h("style", {}, style), this.chips];
    asking.input.addEventListener("paste", (event) => this.paste(event));
    for (const [name, hear] of Object.entries({ dragenter: "over", dragover: "over", dragleave: "leave", drop: "drop" })) place.addEventListener(name, (event) => this[hear](event, place));
    line.on("pictures", (told) => this.told(told.pictures));
    const look = setInterval(() => this.held.some((each) => MOVING.includes(each.state)) && line.say("pictures"), LOOK_MS);
    line.end(() => clearInterval(look));
  }

  over(event, place) {
    if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    place.classList.add("wb-dropping");
  }

  leave(event, place) {
    if (!place.contains(event.relatedTarget)) place.classList.remove("wb-dropping");
  }

  drop(event, place) {
    const files = [...(event.dataTransfer?.files ?? [])];
    place.classList.remove("wb-dropping");
    if (!files.length) return;
    event.preventDefault();
    event.stopPropagation();
    for (const file of files) this.bring(file);
  }

  paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    for (const file of files) this.bring(file);
  }

  async bring(file) {
    const chip = { name: file.name || "picture", state: "uploading", error: "" };
    this.held.push(chip);
    this.draw();
    try {
      chip.name = await upload(this.line, file);
      chip.state = "queued";
      this.line.say("pictures");
    } catch (failure) {
      Object.assign(chip, { state: "failed", error: String(failure.message ?? failure), lost: true });
    }
    this.draw();
  }

  /** The names of the pictures that go with a prompt; their chips go with them. */
  take() {
    const going = this.held.filter((each) => each.state !== "uploading" && !each.lost);
    this.held = this.held.filter((each) => !going.includes(each));
    this.draw();
    return going.map((each) => each.name);
  }

  get waiting() {
    return this.held.some((each) => each.state === "uploading");
  }

  told(pictures) {
    const known = new Map(pictures.map((each) => [each.name, each]));
    for (const chip of this.held) {
      const now = known.get(chip.name);
      if (now && chip.state !== "uploading" && !chip.lost) Object.assign(chip, { state: now.state, error: now.error, alt: now.alt });
    }
    this.draw();
  }

  draw() {
    this.chips.replaceChildren(...this.held.map((chip) => this.chip(chip)));
  }

  chip(chip) {
    const retry = chip.state === "failed" && !chip.lost && h("button", { type: "button", onclick: () => this.line.say("retry_picture", { name: chip.name }) }, "Retry");
    const gone = h("button", { type: "button", "aria-label": `Leave out ${chip.name}`, onclick: () => this.leaveOut(chip) }, "×");
    return h(
      "span.chip",
      { role: "listitem", "data-state": chip.state, title: chip.error || chip.alt || chip.name },
      h("span.chip-name", {}, chip.name),
      h("span.chip-state", { role: "status" }, chip.error ? `${SAYS[chip.state]}: ${chip.error}` : SAYS[chip.state] ?? chip.state),
      retry,
      gone,
    );
  }

  leaveOut(chip) {
    this.held = this.held.filter((each) => each !== chip);
    this.draw();
  }
}
