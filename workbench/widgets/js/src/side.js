import { h, unique } from "./dom.js";

/** Panels under tabs, one shown at a time: `{ talk: ["Conversation", part], ... }`. */
export class Side {
  constructor(panels) {
    this.panels = panels;
    this.tabs = h("div.tabs", { role: "tablist", "aria-label": "Panels", onkeydown: (event) => this.key(event) });
    this.element = h("div.side", {}, this.tabs);
    const mark = unique();
    for (const [name, [title, part]] of Object.entries(panels)) {
      const tab = h("button.tab", { type: "button", role: "tab", id: `${name}-${mark}`, "aria-controls": `${name}-panel-${mark}`, "data-name": name, onclick: () => this.open(name) }, title);
      const panel = h("div.panel", { role: "tabpanel", id: `${name}-panel-${mark}`, "aria-labelledby": tab.id, "data-name": name }, part.element ?? part);
      this.tabs.append(tab);
      this.element.append(panel);
    }
    this.open(Object.keys(panels)[0]);
  }

  open(name) {
    for (const tab of this.tabs.children) {
      const on = tab.dataset.name === name;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
    }
    for (const panel of this.element.querySelectorAll(":scope > [role=tabpanel]")) panel.hidden = panel.dataset.name !== name;
    for (const [each, [, part]] of Object.entries(this.panels)) each === name ? part.open?.() : part.hide?.();
  }

  key(event) {
    const names = Object.keys(this.panels);
    const now = names.indexOf(event.target.dataset.name);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || now < 0) return;
    const name = names[(now + step + names.length) % names.length];
    this.open(name);
    this.tabs.querySelector(`[data-name=${name}]`).focus();
  }
}
