import { fill, h, icon, iconButton } from "./dom.js";

/** Every template with a picture that moves under the mouse; search, category, format. */
export class Gallery {
  constructor(line, { onUse, onClose = null }) {
    this.line = line;
    this.onUse = onUse;
    this.templates = [];
    this.pictures = new Map();
    this.clips = new Map();
    this.search = h("input.field", { type: "search", placeholder: "Search templates", "aria-label": "Search templates", oninput: () => this.draw() });
    this.category = h("select.select", { "aria-label": "Template category", onchange: () => this.draw() });
    this.format = h("select.select", { "aria-label": "Template format", onchange: () => this.draw() });
    this.grid = h("ul.cards", { "aria-label": "Templates" });
    this.problems = h("ul.hint", { "aria-label": "Files that are no templates", hidden: true });
    this.count = h("span.quiet", { role: "status" });
    this.element = h(
      "div.gallery",
      { role: "region", "aria-label": "Template gallery" },
      h("div.gallery-head", {}, icon("search"), this.search, this.category, this.format, this.count, h("span.spring"), onClose && iconButton("close", "Close templates", onClose)),
      this.problems,
      this.grid,
    );
    line.on("templates", (told) => this.take(told.templates, told.problems));
    line.on("template_still", (told, [bytes]) => this.still(told.name, bytes));
    line.on("template_clip", (told, [bytes]) => this.clip(told.name, bytes));
    line.end(() => [...this.pictures.values(), ...this.clips.values()].forEach((url) => url && URL.revokeObjectURL(url)));
  }

  open() {
    if (!this.templates.length) {
      this.count.textContent = "Loading…";
      this.line.say("templates");
    }
    this.search.focus();
  }

  take(templates, problems = []) {
    this.problems.hidden = !problems.length;
    fill(this.problems, problems.map((each) => h("li", {}, each)));
    const added = templates.filter((each) => !this.pictures.has(each.id));
    this.templates = templates;
    const choices = (select, first, values) => {
      const kept = select.value;
      fill(select, h("option", { value: "" }, first), [...new Set(values)].sort().map((each) => h("option", { value: each }, each)));
      select.value = kept;
    };
    choices(this.category, "All categories", templates.map((each) => each.category));
    choices(this.format, "All formats", templates.flatMap((each) => each.formats));
    this.draw();
    this.line.say("template_stills", { names: added.map((each) => each.id) });
  }

  fits(template) {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const text = [template.title, template.category, template.about, ...template.keywords].join(" ").toLowerCase();
    const right = (select, values) => !select.value || values.includes(select.value);
    return words.every((word) => text.includes(word)) && right(this.category, [template.category]) && right(this.format, template.formats);
  }

  draw() {
    const shown = this.templates.filter((each) => this.fits(each));
    this.count.textContent = `${shown.length} of ${this.templates.length}`;
    fill(this.grid, shown.length ? shown.map((each) => this.card(each)) : h("li.hint", {}, "No template is like that. Ask for it in words instead."));
  }

  card(template) {
    const url = this.pictures.get(template.id);
    const screen = h("span.poster", {}, url && h("img", { src: url, alt: "" }));
    const play = () => this.hover(template.id, screen);
    const rest = () => screen.querySelector("video")?.remove();
    return h(
      "li",
      { "data-template": template.id },
      h(
        "button.card",
        { type: "button", title: template.about, onclick: () => this.onUse(template), onmouseenter: play, onfocus: play, onmouseleave: rest, onblur: rest },
        screen,
        h("b", {}, template.title),
        h("em", {}, `${template.category} · ${template.seconds} s`),
      ),
    );
  }

  hover(name, screen) {
    this.hovered = { name, screen };
    if (this.clips.has(name)) this.play(name, screen);
    else this.line.say("template_clip", { name });
  }

  play(name, screen) {
    if (screen.querySelector("video") || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    screen.append(h("video", { src: this.clips.get(name), muted: true, loop: true, autoplay: true, playsInline: true }));
  }

  still(name, bytes) {
    this.pictures.set(name, bytes ? URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })) : null);
    const poster = this.grid.querySelector(`[data-template="${name}"] .wb-poster`);
    if (poster && bytes) poster.prepend(h("img", { src: this.pictures.get(name), alt: "" }));
  }

  clip(name, bytes) {
    this.clips.set(name, URL.createObjectURL(new Blob([bytes], { type: "video/mp4" })));
    if (this.hovered?.name === name && this.hovered.screen.matches(":hover, :focus-within, button:focus .wb-poster")) this.play(name, this.hovered.screen);
  }
}
