import { fill, h } from "./dom.js";

const when = (text) => new Date(text).toLocaleDateString(undefined, { year: "numeric", month: "short", day: "numeric" });
const nameOf = (told) => `${told.scope} ${told.key} ${told.value}`;
const whose = (told) => (told.scope === "user" ? "every project" : "this project");

/** What is remembered of the user's taste: where each belief comes from, and buttons that forget it and bring it back. */
export class Remembered {
  constructor(line) {
    this.line = line;
    this.note = h("p.hint");
    this.list = h("ul.beliefs", { "aria-label": "What I remember" });
    this.element = h("div.remembered", { tabIndex: -1 }, this.note, this.list);
    line.on("memory", (told) => this.draw(told));
    line.on("error", () => (this.asked = false));
    for (const news of ["memory_changed", "messages"]) line.on(news, () => this.visible && this.line.say("memory"));
  }

  /** The panel has come into view: ask for what it shows. */
  open() {
    this.visible = true;
    this.line.say("memory");
  }

  hide() {
    this.visible = false;
  }

  draw(told) {
    const focus = this.remember();
    this.asked = false;
    const off = told.learning ? "" : "Nothing is learned in this project: studio.memory.learning is False.";
    const empty = told.beliefs.length || off ? "" : "Nothing is remembered yet. Say “from now on use teal accents”, and it stands here.";
    this.note.textContent = off || empty;
    this.note.hidden = !(off || empty);
    fill(this.list, [...told.beliefs.map((each) => this.row(each)), ...(told.forgotten ?? []).map((each) => this.gone(each))]);
    focus?.();
  }

  /** Return what puts the keyboard back: on its belief, or where that is gone on the row that took its place. */
  remember() {
    const active = this.list.getRootNode().activeElement;
    const row = active?.closest?.("[data-belief]");
    if (!row || !this.list.contains(row)) return null;
    const index = [...this.list.children].indexOf(row);
    return () => {
      const rows = [...this.list.children];
      const same = rows.find((each) => each.dataset.belief === row.dataset.belief);
      if (same) (active === row ? same : (same.querySelector("button") ?? same)).focus();
      else (rows[Math.min(index, rows.length - 1)] ?? this.element).focus();
    };
  }

  row(told) {
    return h(
      "li.belief",
      { "data-belief": nameOf(told), "data-used": String(told.used), tabIndex: -1 },
      h("div.taste", {}, h("b", {}, told.value), h("span", {}, told.label), h("em", {}, `${told.state} · ${whose(told)}`)),
      told.elsewhere ? h("em", {}, "said in another project") : this.forgets(told),
      h("ul.because", {}, told.because.length ? told.because.map((each) => statement(each)) : h("li", {}, "Pinned by you."), told.more > 0 && h("li", {}, `and ${told.more} more`)),
    );
  }

  /** One that was forgotten in the last week, without its words. */
  gone(told) {
    const title = "Use it again, with the words it came from; a week after it was forgotten it is gone";
    const named = `${told.value} (${told.label})`;
    return h(
      "li.belief",
      { "data-belief": `gone ${nameOf(told)}`, "data-used": "false", tabIndex: -1 },
      h("div.taste", {}, h("b", {}, told.value), h("span", {}, told.label), h("em", {}, `forgotten · ${whose(told)}`)),
      this.button("Bring back", named, title, (event) => this.ask(event, "unforget", told)),
    );
  }

  forgets(told) {
    const title = "Leave it out of every prompt, with the sentences it came from; for a week it can be brought back";
    return this.button("Forget", `${told.value} (${told.label})`, title, (event) => this.ask(event, "forget", told));
  }

  button(name, what, title, onclick) {
    return h("button.button.small", { type: "button", title, "aria-label": `${name} ${what}`, onclick }, name);
  }

  /** Ask for one belief: the second half of a double click, and a key held down, would ask for the next one too. */
  ask(event, deed, told) {
    if (event.detail > 1 || this.asked) return;
    this.asked = true;
    this.line.say(deed, { key: told.key, value: told.value, scope: told.scope });
  }
}

function statement(told) {
  const said = told.words ? `“${told.said}”` : told.said;
  return h("li", {}, told.against ? `Against it: ${said}` : said, " ", h("time", { datetime: told.at }, when(told.at)));
}
