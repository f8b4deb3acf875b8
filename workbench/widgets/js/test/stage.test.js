import { beforeEach, describe, expect, it, vi } from "vitest";
import { showStudio } from "../src/studio.js";
import { FakeModel, sceneOf, stateOf } from "./model.js";

globalThis.ResizeObserver ??= class {
  observe() {}
  disconnect() {}
};

/** Open a studio whose video does what a test says: `video.begin()` plays, `video.interrupt()` is a newer film. */
function opened() {
  const model = new FakeModel(stateOf("one"));
  const el = document.body.appendChild(document.createElement("div"));
  showStudio({ model, el });
  const video = el.querySelector("video");
  let paused = true;
  let refuse;
  Object.defineProperty(video, "paused", { get: () => paused });
  video.play = vi.fn(() => new Promise((_, reject) => ((paused = false), (refuse = reject))));
  video.pause = vi.fn(() => (paused = true));
  video.begin = () => video.dispatchEvent(new Event("playing"));
  video.interrupt = () => ((paused = true), refuse(Object.assign(Error(), { name: "AbortError" })), new Promise((done) => setTimeout(done)));
  model.tell(sceneOf("one", "circle(9)"));
  return { model, el, video, view: model.said[0].view };
}

const head = (job, play) => ({ tell: "clip", job, scene: "one", frames: 150, fps: 30, play });
const bytes = () => new DataView(new ArrayBuffer(8));

beforeEach(() => {
  document.body.replaceChildren();
  globalThis.requestAnimationFrame = () => 0;
});

describe("the picture", () => {
  it("plays when a newer film took the place of one that was about to", async () => {
    const { model, video } = opened();
    model.tell(head(1, true), [bytes()]);
    expect(video.play).toHaveBeenCalledTimes(1);
    model.tell(head(2, false), [bytes()]);
    await video.interrupt();
    expect(video.play).toHaveBeenCalledTimes(2);
  });

  it("stays paused when the film that was about to play was paused", async () => {
    const { model, el, video } = opened();
    model.tell(head(1, true), [bytes()]);
    el.querySelector(".wb-transport button").click();
    await video.interrupt();
    model.tell(head(2, false), [bytes()]);
    expect(video.play).toHaveBeenCalledTimes(1);
  });

  it("shows a still while a film waits to begin, and none while it plays", async () => {
    const { model, el, video, view } = opened();
    const still = (n) => model.tell({ tell: "still", scene: "one", view, frame: 3, n }, [bytes()]);
    const shown = el.querySelector(".wb-still");
    model.tell(head(1, true), [bytes()]);
    still(901);
    expect(shown.src).toContain("blob:");
    shown.onload();
    expect(el.querySelector(".wb-screen").dataset.mode).toBe("still");
    video.begin();
    expect(el.querySelector(".wb-screen").dataset.mode).toBe("video");
    const before = shown.src;
    still(902);
    expect(shown.src).toBe(before);
  });
});
