import { beforeEach, describe, expect, it, vi } from "vitest";
import { showStudio } from "../src/studio.js";
import { FakeModel, sceneOf, stateOf } from "./model.js";

globalThis.ResizeObserver ??= class {
  observe() {}
  disconnect() {}
};

function opened(...scenes) {
  const model = new FakeModel(stateOf(...scenes));
  const el = document.body.appendChild(document.createElement("div"));
  const close = showStudio({ model, el });
  return { model, el, close };
}

const editorText = (el) => [...el.querySelectorAll(".wb-editor .cm-line")].map((line) => line.textContent).join("\n");
const type = async (el, text) => {
  const { EditorView } = await import("@codemirror/view");
  const view = EditorView.findFromDOM(el.querySelector(".wb-editor .cm-editor"));
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
};

beforeEach(() => document.body.replaceChildren());

describe("a view of a studio", () => {
  it("asks for the selected scene and shows its text", () => {
    const { model, el } = opened("one", "two");
    expect(model.heard("mount").length).toBe(1);
    expect(model.heard("scene")[0].scene).toBe("one");
    model.tell(sceneOf("one", "circle(9)"));
    expect(editorText(el)).toBe("circle(9)");
  });

  it("takes no typing before the first scene's text has come, and says that there is nothing to save", () => {
    const { model, el } = opened("one");
    const editor = el.querySelector(".wb-editor");
    expect(editor.inert).toBe(true);
    el.querySelector(".wb-primary").click();
    expect(model.heard("save")).toEqual([]);
    expect(el.querySelector(".wb-status").textContent).toContain("no scene to save yet");
    model.tell(sceneOf("one", "circle(9)"));
    expect(editor.inert).toBe(false);
  });

  it("takes no typing between the choice of another scene and its text", () => {
    const { model, el } = opened("one", "two");
    const editor = el.querySelector(".wb-editor");
    model.tell(sceneOf("one", "circle(9)"));
    model.show({ ...stateOf("one", "two"), selected: "two" });
    expect(editor.inert).toBe(true);
    model.tell(sceneOf("two", "circle(1)"));
    expect(editor.inert).toBe(false);
    model.show({ ...stateOf("one", "two"), selected: null });
    expect(editor.inert).toBe(true);
    model.show({ ...stateOf("one", "two"), selected: "two" });
    expect(editor.inert).toBe(false);
  });

  it("pins a revision, and shows that it is pinned without moving the keyboard", () => {
    const { model, el } = opened("one");
    const revision = { number: 1, name: "one", seconds: 5, who: "you", why: "", at: "2026-01-01T00:00:00Z", base: null, pinned: false };
    model.tell({ tell: "revisions", scene: "one", revisions: [revision] });
    const button = el.querySelector('[aria-label="Pin revision 1"]');
    expect(button.getAttribute("aria-pressed")).toBe("false");
    button.focus();
    button.click();
    expect(model.heard("pin")[0]).toMatchObject({ scene: "one", revision: 1, pinned: true });
    model.tell({ tell: "pinned", scene: "one", revision: 1, pinned: true });
    expect(button.getAttribute("aria-pressed")).toBe("true");
    expect(document.activeElement).toBe(button);
    button.click();
    expect(model.heard("pin")[1]).toMatchObject({ revision: 1, pinned: false });
  });

  it("tells files that are no templates above the templates, and nothing where there are none", () => {
    const { model, el } = opened("one");
    const problems = el.querySelector('[aria-label="Files that are no templates"]');
    expect(problems.hidden).toBe(true);
    model.tell({ tell: "templates", templates: [], problems: ["The template mine.scene lacks title."] });
    expect([problems.hidden, problems.textContent]).toEqual([false, "The template mine.scene lacks title."]);
    model.tell({ tell: "templates", templates: [], problems: [] });
    expect(problems.hidden).toBe(true);
  });

  it("selects and can save a scene that was added elsewhere", () => {
    const { model, el } = opened("one");
    model.tell(sceneOf("one", "circle(9)"));
    model.show({ ...stateOf("one", "two"), selected: "two" });
    expect(model.heard("scene").at(-1).scene).toBe("two");
    model.tell(sceneOf("two", "circle(1)"));
    el.querySelector(".wb-primary").click();
    expect(model.heard("save")[0]).toMatchObject({ scene: "two", text: "circle(1)", base: 1 });
  });

  it("keeps typed text when the kernel tells an older one, and the revision it began from", async () => {
    const { model, el } = opened("one");
    model.tell(sceneOf("one", "old"));
    await type(el, "typed");
    model.tell(sceneOf("one", "from elsewhere", { revision: 2 }));
    expect(editorText(el)).toBe("typed");
    el.querySelector(".wb-primary").click();
    expect(model.heard("save")[0]).toMatchObject({ text: "typed", base: 1 });
  });

  it("sends what was typed before it swaps scenes, and has it again afterwards", async () => {
    const { model, el } = opened("one", "two");
    model.tell(sceneOf("one", "old"));
    await type(el, "typed");
    model.show({ ...stateOf("one", "two"), selected: "two" });
    model.tell(sceneOf("two", "second"));
    expect(model.heard("draft").at(-1)).toMatchObject({ scene: "one", text: "typed" });
    expect(editorText(el)).toBe("second");
    model.show(stateOf("one", "two"));
    model.tell(sceneOf("one", "typed", { dirty: true, kept: "old" }));
    expect(editorText(el)).toBe("typed");
  });

  it("shows both texts when the scene moved on under unsaved text", () => {
    const { model, el } = opened("one");
    model.tell(sceneOf("one", "mine", { dirty: true, kept: "theirs", base: 1, revision: 2 }));
    const conflict = el.querySelector(".wb-conflict");
    expect(conflict.hidden).toBe(false);
    expect(conflict.textContent).toContain("mine");
    expect(conflict.textContent).toContain("theirs");
  });

  it("shows an error with its way on, and no markup of it", () => {
    const { model, el } = opened("one");
    model.tell({ tell: "error", where: "act", message: "<b>No</b>", remedy: "Do this.", trace: "" });
    const trouble = el.querySelector(".wb-trouble");
    expect(trouble.hidden).toBe(false);
    expect(trouble.textContent).toContain("<b>No</b> Do this.");
  });

  it("says so when the kernel is gone", () => {
    const { model, el } = opened("one");
    model.send = () => {
      throw Error("Cannot send");
    };
    el.querySelector(".wb-pick").click();
    expect(el.querySelector(".wb-trouble").textContent).toContain("Run the cell again");
  });

  it("tells once that a prompt is begun", () => {
    const { model, el } = opened("one");
    const prompt = el.querySelector(".wb-prompt");
    expect(model.heard("begun")).toEqual([]);
    for (const _ of [1, 2]) prompt.dispatchEvent(new FocusEvent("focus"));
    expect(model.heard("begun").length).toBe(1);
  });

  it("saves with the keys wherever they are pressed in it, once", async () => {
    const { model, el } = opened("one");
    model.tell(sceneOf("one", "circle(9)"));
    const press = (where) => where.dispatchEvent(new KeyboardEvent("keydown", { key: "s", ctrlKey: true, bubbles: true, cancelable: true }));
    press(el.querySelector(".wb-prompt"));
    expect(model.heard("save").length).toBe(1);
    press(el.querySelector(".cm-content"));
    expect(model.heard("save").length).toBe(2);
  });

  it("has what was typed without a kernel again, once, and goes on from its revision", async () => {
    const first = opened("one");
    first.model.tell(sceneOf("one", "old", { revision: 3, base: 3 }));
    first.model.send = () => {
      throw Error("Cannot send");
    };
    await type(first.el, "typed in vain");
    first.el.querySelector(".wb-primary").click();
    first.close();
    const next = opened("one");
    next.model.tell(sceneOf("one", "old", { revision: 3, base: 3 }));
    expect(editorText(next.el)).toBe("typed in vain");
    next.el.querySelector(".wb-primary").click();
    expect(next.model.heard("save")[0]).toMatchObject({ text: "typed in vain", base: 3 });
    const later = opened("one");
    later.model.tell(sceneOf("one", "kept now", { revision: 4 }));
    expect(editorText(later.el)).toBe("kept now");
  });

  it("puts an uploaded picture where it was asked for, and nowhere when another scene is shown by then", async () => {
    const image = { name: "photo", kind: "image", choices: [], default: "", value: "", minimum: null, maximum: null };
    const checked = { ...sceneOf("one", "").checked, params: [image] };
    const { model, el } = opened("one", "two");
    [...el.querySelectorAll('[role="tab"]')].find((tab) => tab.textContent === "Params").click();
    model.tell(sceneOf("one", "circle(9)", { checked }));
    const pick = async (name) => {
      const input = el.querySelector('.wb-params input[type="file"]');
      Object.defineProperty(input, "files", { configurable: true, value: [new File(["p"], name)] });
      input.dispatchEvent(new Event("change"));
      await vi.waitFor(() => expect(model.heard("upload").at(-1).name).toBe(name));
      return model.heard("upload").at(-1).key;
    };
    const status = () => el.querySelector(".wb-status").textContent;
    const first = await pick("cat.png");
    model.tell({ tell: "uploaded", key: first, name: "cat" });
    await vi.waitFor(() => expect(model.heard("params").at(-1).params).toEqual({ photo: "cat" }));
    const refused = await pick("notes.txt");
    model.tell({ tell: "upload_failed", key: refused, message: "That is no picture." });
    const late = await pick("dog.png");
    model.show({ ...stateOf("one", "two"), selected: "two" });
    model.tell(sceneOf("two", "circle(1)", { checked }));
    model.tell({ tell: "uploaded", key: late, name: "dog" });
    await vi.waitFor(() => expect(status()).toContain("dog is in the project"));
    expect(model.heard("params").map((each) => each.params)).toEqual([{ photo: "cat" }]);
  });

  it("puts the export panel away with Escape and with a press elsewhere", () => {
    const { el } = opened("one");
    const panel = el.querySelector(".wb-popover");
    const open = () => el.querySelector("[aria-haspopup]").click();
    open();
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(panel.hidden).toBe(true);
    open();
    panel.dispatchEvent(new Event("pointerdown", { bubbles: true, composed: true }));
    expect(panel.hidden).toBe(false);
    el.querySelector(".wb-prompt").dispatchEvent(new Event("pointerdown", { bubbles: true, composed: true }));
    expect(panel.hidden).toBe(true);
  });

  it("says what a length is when something else is typed for one", () => {
    const { model, el } = opened("one");
    el.querySelector(".wb-seconds").click();
    const input = el.querySelector(".wb-caption input");
    input.value = "";
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    expect(el.querySelector(".wb-status").textContent).toContain("number of seconds");
    expect(model.heard("act")).toEqual([]);
  });

  it("says what it is when it is closed, and leaves no listener behind", () => {
    const { model, el } = opened("one");
    model.show({ ...stateOf("one"), closed: true });
    expect(el.textContent).toContain("is closed");
    expect([...model.listeners.values()].flat()).toEqual([]);
  });

  it("takes everything down with the view", () => {
    vi.useFakeTimers();
    const { model, close } = opened("one");
    close();
    expect(model.heard("unmount").length).toBe(1);
    expect([...model.listeners.values()].flat()).toEqual([]);
    vi.useRealTimers();
  });
});
