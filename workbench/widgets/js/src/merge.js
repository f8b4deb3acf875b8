import { python } from "@codemirror/lang-python";
import { syntaxHighlighting } from "@codemirror/language";
import { MergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { colors } from "./colors.js";

const reading = (label) => [
  lineNumbers(),
  python(),
  colors,
  syntaxHighlighting(colors.style),
  EditorView.lineWrapping,
  EditorState.readOnly.of(true),
  EditorView.editable.of(false),
  EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
];

/** Two texts side by side, what differs marked. */
export function merged(before, after, labels = ["Before", "After"]) {
  const view = new MergeView({
    a: { doc: before, extensions: reading(labels[0]) },
    b: { doc: after, extensions: reading(labels[1]) },
    collapseUnchanged: { margin: 2, minSize: 5 },
  });
  return view.dom;
}
