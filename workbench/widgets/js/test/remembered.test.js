import { beforeEach, describe, expect, it } from "vitest";
import { showStudio } from "../src/studio.js";
import { FakeModel, stateOf } from "./model.js";

globalThis.ResizeObserver ??= class {
  observe() {}
  disconnect() {}
};

const belief = (value, more = {}) => ({
  key: "accent", value, label: "accent colour", scope: "project", state: "used", used: true, elsewhere: false,
  because: [{ said: `use ${value}`, words: true, against: false, at: "2026-03-16T12:00:00Z" }], more: 0, ...more,
});
const told = (...beliefs) => ({ tell: "memory", learning: true, beliefs });

function opened() {
  const model = new FakeModel(stateOf("one"));
  const el = document.body.appendChild(document.createElement("div"));
  showStudio({ model, el });
  el.querySelector('[role="tab"][data-name="memory"]').click();
  return { model, el };
}

const buttons = (el) => [...el.querySelectorAll(".wb-beliefs button")].map((each) => each.getAttribute("aria-label"));

beforeEach(() => document.body.replaceChildren());

describe("what is remembered", () => {
  it("is asked for when its panel opens, and again when something was learned while it is seen", () => {
    const { model, el } = opened();
    expect(model.heard("memory").length).toBe(1);
    model.tell({ tell: "memory_changed" });
    expect(model.heard("memory").length).toBe(2);
    el.querySelector('[role="tab"][data-name="talk"]').click();
    model.tell({ tell: "memory_changed" });
    expect(model.heard("memory").length).toBe(2);
  });

  it("stands with the words it came from, and says when there is nothing", () => {
    const { model, el } = opened();
    model.tell(told());
    const note = el.querySelector(".wb-remembered .wb-hint");
    expect([note.hidden, note.textContent.includes("Nothing is remembered yet")]).toEqual([false, true]);
    model.tell(told(belief("teal")));
    expect(note.hidden).toBe(true);
    expect(el.querySelector(".wb-belief").textContent).toContain("“use teal”");
    model.tell({ ...told(belief("teal")), learning: false });
    expect([note.hidden, note.textContent.includes("Nothing is learned")]).toEqual([false, true]);
  });

  it("is forgotten one belief at a time, and the keyboard stays in the list", () => {
    const { model, el } = opened();
    model.tell(told(belief("teal"), belief("fast", { key: "pace", label: "pace" })));
    expect(buttons(el)).toEqual(["Forget teal (accent colour)", "Forget fast (pace)"]);
    const [teal, fast] = el.querySelectorAll(".wb-beliefs button");
    teal.focus();
    teal.click();
    fast.click();
    expect(model.heard("forget").map(({ key, value, scope }) => [key, value, scope])).toEqual([["accent", "teal", "project"]]);
    model.tell(told(belief("fast", { key: "pace", label: "pace" })));
    expect(document.activeElement.dataset.belief).toBe("project pace fast");
    expect(document.activeElement.tagName).toBe("LI");
    el.querySelector(".wb-beliefs button").click();
    expect(model.heard("forget").length).toBe(2);
  });

  it("can be brought back when it was forgotten, without its words until then", () => {
    const { model, el } = opened();
    const gone = { key: "accent", value: "teal", label: "accent colour", scope: "project" };
    model.tell({ ...told(belief("fast", { key: "pace", label: "pace" })), forgotten: [gone] });
    expect(buttons(el)).toEqual(["Forget fast (pace)", "Bring back teal (accent colour)"]);
    const row = el.querySelector("[data-belief='gone project accent teal']");
    expect([row.textContent.includes("forgotten · this project"), row.textContent.includes("“")]).toEqual([true, false]);
    row.querySelector("button").click();
    row.querySelector("button").click();
    expect(model.heard("unforget").map(({ key, value, scope }) => [key, value, scope])).toEqual([["accent", "teal", "project"]]);
  });

  it("is not forgotten by the second half of a double click", () => {
    const { model, el } = opened();
    model.tell(told(belief("teal")));
    el.querySelector(".wb-beliefs button").dispatchEvent(new MouseEvent("click", { detail: 2, bubbles: true }));
    expect(model.heard("forget")).toEqual([]);
  });

  it("has no button where only another project said it", () => {
    const { model, el } = opened();
    model.tell(told(belief("teal", { scope: "user", elsewhere: true, used: false })));
    expect(buttons(el)).toEqual([]);
    expect(el.querySelector(".wb-belief").textContent).toContain("said in another project");
  });
});
