import { describe, expect, it } from "vitest";
import { Cells } from "../src/board/cells.js";
import { lineDiff, shortened } from "../src/board/diff.js";
import { words } from "../src/board/grid.js";
import { inSight } from "../src/board/window.js";

const COLUMNS = {
  id: ["1", "2", "3", "4"],
  variant: ["b", "a", "b", "a"],
  model: ["m", "m", "m", "m"],
  case: ["case 10", "case 10", "case 9", "case 9"],
  repeat: [1, 1, 1, 1],
  state: ["done", "done", "failed", "done"],
  accepted: [1, 0, null, 1],
  seconds: [1, 2, null, 9],
};

describe("cells", () => {
  const cells = new Cells();
  cells.take(structuredClone(COLUMNS), ["b", "a"], ["m"]);

  it("stand in rows of case and repeat and columns of arms in the order they were given", () => {
    expect(cells.arms).toEqual(["b · m", "a · m"]);
    expect(cells.shown({})).toEqual(["case 9 #1", "case 10 #1"]);
    expect(cells.at("case 9 #1", "a · m")).toBe(3);
  });

  it("are filtered and ordered", () => {
    expect(cells.shown({ only: "failed" })).toEqual(["case 9 #1"]);
    expect(cells.shown({ only: "rejected" })).toEqual(["case 10 #1"]);
    expect(cells.shown({ only: "differ" })).toEqual(["case 10 #1"]);
    expect(cells.shown({ order: "seconds" })).toEqual(["case 9 #1", "case 10 #1"]);
    expect(cells.shown({ search: "10" })).toEqual(["case 10 #1"]);
  });

  it("are counted by what is looked for, not by the rows they stand in", () => {
    const rows = cells.shown({ only: "rejected" });
    expect(cells.count(rows, cells.arms)).toBe(2);
    expect(cells.count(rows, cells.arms, "rejected")).toBe(1);
    expect(cells.matches(1, "rejected")).toBe(true);
    expect(cells.matches(0, "rejected")).toBe(false);
  });

  it("change one by one, and say when one is not known", () => {
    expect(cells.change([["3", "b", "m", "case 9", 1, "done", 1, 4]])).toBe(true);
    expect(cells.get(2).state).toBe("done");
    expect(cells.change([["9", "b", "m", "x", 1, "done", 1, 4]])).toBe(false);
  });
});

describe("what is in sight", () => {
  it("is a few boxes of many", () => {
    expect(inSight(0, 500, 100, 10000)).toEqual([0, 7]);
    expect(inSight(50_000, 500, 100, 10000)).toEqual([498, 507]);
    expect(inSight(999_900, 500, 100, 10000)).toEqual([9997, 10000]);
  });
});

describe("differences", () => {
  it("are told line by line", () => {
    expect(lineDiff("a\nb\nc", "a\nx\nc")).toEqual([[" ", "a"], ["-", "b"], ["+", "x"], [" ", "c"]]);
    expect(lineDiff("a", "a\nb")).toEqual([[" ", "a"], ["+", "b"]]);
  });

  it("are shortened to what is near them", () => {
    const same = Array.from({ length: 9 }, (_, n) => `line ${n}`).join("\n");
    const lines = shortened(lineDiff(same, same.replace("line 8", "other")));
    expect(lines.length).toBeLessThan(6);
    expect(lines.at(-1)).toEqual(["+", "other"]);
  });
});

it("says in words how a cell went", () => {
  expect(words({ state: "done", accepted: 1, valid: 1, repairs: 1, seconds: 2, judged: 0.5 })).toBe("accepted · 1 repair · 2.0 s · judged 50 %");
  expect(words({ state: "failed", error: "no key" })).toBe("failed: no key");
});
