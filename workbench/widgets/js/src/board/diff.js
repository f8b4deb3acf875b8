/** The lines of two texts side by side: each `[sign, line]` with sign " ", "-" or "+". */
export function lineDiff(before, after) {
  const a = before.split("\n");
  const b = after.split("\n");
  if (a.length * b.length > 4_000_000) return [...a.map((line) => ["-", line]), ...b.map((line) => ["+", line])];
  const length = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      length[i][j] = a[i] === b[j] ? length[i + 1][j + 1] + 1 : Math.max(length[i + 1][j], length[i][j + 1]);
    }
  }
  const lines = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) lines.push([" ", a[i++]]) && j++;
    else if (i < a.length && (j === b.length || length[i + 1][j] >= length[i][j + 1])) lines.push(["-", a[i++]]);
    else lines.push(["+", b[j++]]);
  }
  return lines;
}

/** Only what changed, with a few lines around it; "…" stands for what is left out. */
export function shortened(lines, around = 2) {
  const near = lines.map((_, n) => lines.slice(Math.max(0, n - around), n + around + 1).some(([sign]) => sign !== " "));
  const kept = [];
  lines.forEach((line, n) => {
    if (near[n]) kept.push(line);
    else if (near[n - 1]) kept.push(["…", ""]);
  });
  return kept;
}
