import { describe, expect, it, vi } from "vitest";
import { Film, codecOf } from "../src/film.js";

const bytes = (...numbers) => new Uint8Array(numbers);

describe("codecOf", () => {
  it("reads profile, compatibility and level after avcC", () => {
    expect(codecOf(bytes(0, 0, 0x61, 0x76, 0x63, 0x43, 1, 0x42, 0xc0, 0x1f))).toBe("avc1.42c01f");
  });
  it("is null for anything else", () => {
    expect(codecOf(bytes(1, 2, 3))).toBe(null);
    expect(codecOf(bytes(0x61, 0x76, 0x63, 0x43))).toBe(null);
  });
});

describe("Film without a media source", () => {
  it("plays pieces as one file once they are all there", () => {
    vi.stubGlobal("MediaSource", undefined);
    const made = [];
    vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => (made.push(blob), "blob:1"));
    const film = new Film({});
    film.append(bytes(1, 2));
    film.append(bytes(3));
    expect(film.url).toBe(null);
    film.finish();
    expect(made[0].size).toBe(3);
    expect(film.video.src).toBe("blob:1");
    vi.unstubAllGlobals();
  });
});
