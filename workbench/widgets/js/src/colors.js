import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const style = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword], color: "var(--wb-code-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--wb-code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--wb-code-number)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--wb-code-comment)", fontStyle: "italic" },
  { tag: tags.function(tags.variableName), color: "var(--wb-code-call)" },
  { tag: tags.definition(tags.variableName), color: "var(--wb-code-name)" },
]);

const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", backgroundColor: "var(--wb-field)", color: "var(--wb-ink)" },
  ".cm-scroller": { fontFamily: "var(--wb-mono)", lineHeight: "1.55" },
  ".cm-gutters": { backgroundColor: "var(--wb-field)", color: "var(--wb-quiet)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "30px", padding: "0 6px 0 4px" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--wb-active-line)" },
  ".cm-content": { caretColor: "var(--wb-ink)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--wb-ink)", borderLeftWidth: "1.5px" },
  "&.cm-focused": { outline: "none" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--wb-selection)" },
  ".cm-tooltip": { backgroundColor: "var(--wb-panel)", color: "var(--wb-ink)", border: "1px solid var(--wb-line)", borderRadius: "6px", boxShadow: "0 6px 24px #0003" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--wb-accent-fill)", color: "var(--wb-on-accent)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--wb-mono)", fontSize: "12px", maxHeight: "14em" },
  ".cm-diagnostic": { whiteSpace: "pre-wrap", maxWidth: "520px", fontFamily: "var(--wb-font)" },
  ".cm-panels": { backgroundColor: "var(--wb-panel)", color: "var(--wb-ink)" },
});

/** The editor's look, from the page's theme. */
export const colors = Object.assign([theme], { style });
