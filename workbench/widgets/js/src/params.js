import { fill, h, iconButton, later, unique } from "./dom.js";
import { upload } from "./upload.js";

const words = (name) => name.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase());
const isColor = (value) => /^#[0-9a-f]{6}$/i.test(value);

/** A scene's params as controls; moving one shows it at once and saves nothing. */
export class Params {
  constructor(line, studio) {
    this.line = line;
    this.studio = studio;
    this.values = {};
    this.element = h("div.params", { role: "group", "aria-label": "Params" });
    this.tell = later(60, () => line.say("params", { scene: this.scene, params: this.values, ...studio.moment() }));
    const take = (told) => told.scene === line.selected && this.take(told.scene, told.checked.params);
    line.on("scene", (told) => told.scene === line.selected && this.begin(told));
    line.on("checked", take);
  }

  begin(told) {
    this.values = { ...told.params };
    this.take(told.scene, told.checked.params);
  }

  take(scene, specs) {
    if (!specs) return;
    const key = JSON.stringify([scene, specs.map(({ value, ...rest }) => rest)]);
    this.scene = scene;
    if (key === this.key) return specs.forEach((spec) => this.update(spec));
    this.key = key;
    this.controls = new Map();
    fill(this.element, specs.length ? specs.map((spec) => this.row(spec)) : h("p.hint", {}, "This scene has no params. Write title = param(\"title\", \"Hello\") and it gets a control here."));
  }

  row(spec) {
    const id = `wb-param-${unique()}`;
    const control = this.control(spec, id);
    this.controls.set(spec.name, control);
    const reset = iconButton("undo", `Back to the default of ${words(spec.name)}`, () => this.reset(spec));
    control.reset = reset;
    this.update(spec);
    return h("div.param", { "data-param": spec.name }, h("label", { for: id }, words(spec.name)), control.element, reset);
  }

  control(spec, id) {
    if (spec.kind === "image") return this.image(spec, id);
    if (spec.choices.length) return this.choice(spec, id);
    if (typeof spec.default === "boolean") return this.toggle(spec, id);
    if (typeof spec.default === "number") return this.number(spec, id);
    return spec.kind === "color" ? this.color(spec, id) : this.text(spec, id);
  }

  choice(spec, id) {
    const input = h("select.select", { id, onchange: () => this.set(spec, input.value) }, spec.choices.map((each) => h("option", { value: each }, each)));
    return { element: input, show: (value) => (input.value = value) };
  }

  image(spec, id) {
    const input = h("select.select", { id, onchange: () => this.set(spec, input.value) });
    const file = h("input", { type: "file", accept: "image/*", hidden: true, onchange: () => file.files[0] && this.bring(spec, file) });
    const pick = h("button.button", { type: "button", onclick: () => file.click() }, "Upload");
    const show = (value) => {
      const names = [...new Set(["", ...this.line.state.pictures, value])];
      fill(input, names.map((each) => h("option", { value: each }, each || "No picture")));
      input.value = value;
    };
    return { element: h("span.pair", {}, input, pick, file), show };
  }

  /** Bring a picture in, and use it where it was asked for if that scene is still shown. */
  async bring(spec, input) {
    const scene = this.scene;
    try {
      const name = await upload(this.line, input.files[0]);
      if (scene === this.scene) this.set(spec, name);
      else this.studio.say(`${name} is in the project now. Another scene is shown, so it was not put anywhere.`);
    } catch {
      // what is wrong with it is told where troubles are
    }
    input.value = "";
  }

  toggle(spec, id) {
    const input = h("input", { id, type: "checkbox", onchange: () => this.set(spec, input.checked) });
    return { element: input, show: (value) => (input.checked = value) };
  }

  text(spec, id) {
    const input = h("textarea.field", { id, rows: 1, oninput: () => this.set(spec, input.value) });
    return { element: input, show: (value) => document.activeElement !== input && (input.value = value) };
  }

  number(spec, id) {
    const bounded = spec.minimum !== null && spec.maximum !== null;
    const step = bounded ? Math.max((spec.maximum - spec.minimum) / 200, Number.isInteger(spec.default) && spec.maximum - spec.minimum > 20 ? 1 : 0.01) : "any";
    const limits = { min: spec.minimum, max: spec.maximum };
    const input = h("input.field", { id, type: "number", step: "any", ...text(limits), oninput: () => Number.isFinite(input.valueAsNumber) && this.set(spec, input.valueAsNumber) });
    const slide = bounded && h("input", { type: "range", step: String(step), ...text(limits), "aria-label": words(spec.name), oninput: () => this.set(spec, slide.valueAsNumber) });
    const show = (value) => {
      if (input.getRootNode().activeElement !== input) input.value = String(value);
      if (slide) slide.value = String(value);
    };
    return { element: h("span.pair", {}, slide, input), show };
  }

  color(spec, id) {
    const input = h("input.field", { id, type: "text", spellcheck: "false", oninput: () => this.set(spec, input.value) });
    const swatch = h("input.swatch", { type: "color", "aria-label": `${words(spec.name)}: pick`, oninput: () => this.set(spec, swatch.value) });
    const show = (value) => {
      if (input.getRootNode().activeElement !== input) input.value = value;
      if (isColor(value)) swatch.value = value;
    };
    return { element: h("span.pair", {}, swatch, input), show };
  }

  set(spec, value) {
    this.values = { ...this.values, [spec.name]: value };
    this.controls.get(spec.name).show(value);
    this.studio.typed();
    this.tell();
  }

  reset(spec) {
    const { [spec.name]: _, ...rest } = this.values;
    this.values = rest;
    this.controls.get(spec.name).show(spec.default);
    this.studio.typed();
    this.tell();
  }

  update(spec) {
    const control = this.controls.get(spec.name);
    const value = this.values[spec.name] ?? spec.value;
    control.show(value);
    control.reset.style.visibility = value === spec.default ? "hidden" : "visible";
  }
}

const text = (limits) => Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== null).map(([key, value]) => [key, String(value)]));
