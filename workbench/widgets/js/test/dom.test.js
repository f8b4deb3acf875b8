import { describe, expect, it, vi } from "vitest";
import { h, keepKeys, later } from "../src/dom.js";

describe("h", () => {
  it("sets classes, attributes, properties and listeners", () => {
    const click = vi.fn();
    const made = h("button.tool.small", { "aria-label": "Go", disabled: false, onclick: click }, "Go", null, [h("b", {}, "!")]);
    made.click();
    expect(made.className).toBe("wb-tool wb-small");
    expect(made.getAttribute("aria-label")).toBe("Go");
    expect(made.textContent).toBe("Go!");
    expect(click).toHaveBeenCalledOnce();
  });
  it("never reads text as markup", () => {
    expect(h("p", {}, "<img src=x onerror=alert(1)>").children.length).toBe(0);
  });
  it("leaves out what is false or null", () => {
    expect(h("p", { title: null, "aria-current": null }).attributes.length).toBe(0);
  });
});

describe("keys", () => {
  const outside = vi.fn();
  const button = h("button");
  const box = h("textarea");
  document.body.append(h("div", { onkeydown: (event) => outside(event.key) }, keepKeys(h("div", {}, button, box))));
  const press = (where, key, more = {}) => {
    outside.mockClear();
    where.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
    return outside.mock.calls.length === 1;
  };

  it("stay with an element when they are plain", () => {
    expect(["x", "ArrowRight", "Enter", "Escape"].filter((key) => press(button, key))).toEqual([]);
    expect(press(button, "M", { shiftKey: true })).toBe(false);
  });
  it("go on with Ctrl, Alt or Cmd", () => {
    expect(["ctrlKey", "altKey", "metaKey"].every((held) => press(button, "x", { [held]: true }))).toBe(true);
  });
  it("go on when they run a cell, and begin a line where one is written", () => {
    expect(press(button, "Enter", { shiftKey: true })).toBe(true);
    expect(press(box, "Enter", { shiftKey: true })).toBe(false);
  });
});

describe("later", () => {
  it("does only the last that was asked, after the pause", () => {
    vi.useFakeTimers();
    const work = vi.fn();
    const soon = later(100, work);
    soon(1);
    soon(2);
    vi.advanceTimersByTime(99);
    expect(work).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(work.mock.calls).toEqual([[2]]);
    vi.useRealTimers();
  });
});
