import { describe, expect, it, vi } from "vitest";
import { h, later } from "../src/dom.js";

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
