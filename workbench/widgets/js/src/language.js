import { hoverTooltip } from "@codemirror/view";
import { h } from "./dom.js";

let numbers = 0;

function ask(line, what, more) {
  const n = `${line.view} ${++numbers}`;
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), 4000);
    line.once(n, (told) => (clearTimeout(timer), resolve(told)));
    line.say(what, { n, ...more });
  });
}

/** Completion from the scene language itself, as the kernel knows it. */
export function completionSource(line) {
  return async (context) => {
    const word = context.matchBefore(/["']?\w*/);
    if (!word || (word.from === word.to && !context.explicit && !/[(,]\s*$/.test(before(context)))) return null;
    const row = context.state.doc.lineAt(context.pos);
    const told = await ask(line, "complete", { text: context.state.doc.toString(), line: row.number, column: context.pos - row.from + 1 });
    if (!told?.options.length || context.aborted) return null;
    return { from: word.from, options: told.options.map(shown), validFor: /^["']?\w*$/ };
  };
}

const before = (context) => context.state.sliceDoc(Math.max(0, context.pos - 4), context.pos);

function shown(option) {
  const type = { node: "class", function: "function", value: "constant", argument: "property", word: "enum" }[option.kind] ?? "variable";
  return { label: option.label, type, detail: option.detail, info: option.doc || undefined };
}

/** What a name of the language means, when the mouse rests on it. */
export function hover(line) {
  return hoverTooltip(async (view, place) => {
    const word = view.state.wordAt(place);
    if (!word) return null;
    const told = await ask(line, "explain", { name: view.state.sliceDoc(word.from, word.to) });
    if (!told?.signatures.length) return null;
    return { pos: word.from, end: word.to, above: true, create: () => ({ dom: card(told) }) };
  });
}

function card(told) {
  return h("div.hover", {}, ...told.signatures.map((each) => h("code", {}, each)), told.doc && h("p", {}, told.doc));
}
