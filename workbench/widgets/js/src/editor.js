import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, Prec } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { colors } from "./colors.js";
import { h, later } from "./dom.js";
import { completionSource, hover } from "./language.js";
import { keepUnheard, takeUnheard } from "./unheard.js";

const fromOutside = Annotation.define();
const TYPING_PAUSE_MS = 120;

/** The scene's text: what is typed goes to the kernel after a pause, and what is found comes back. */
export class Editor {
  constructor(line, studio) {
    this.line = line;
    this.studio = studio;
    this.scene = null;
    this.base = null;
    this.stamp = 0;
    this.heard = 0;
    this.states = new Map();
    this.focused = false;
    this.tell = later(TYPING_PAUSE_MS, () => this.send());
    this.element = h("div.editor", { role: "group", "aria-label": "Scene source", inert: true });
    this.view = new EditorView({ state: this.fresh(""), parent: this.element });
    line.on("scene", (told) => this.take(told));
    line.on("draft", (told) => this.drafted(told));
    line.on("checked", (told) => told.scene === this.scene && this.mark(told.checked.findings));
    line.end(() => this.close());
    line.onState(() => this.wait());
  }

  get text() {
    return this.view.state.doc.toString();
  }

  fresh(text) {
    return EditorState.create({ doc: text, extensions: this.extensions() });
  }

  extensions() {
    const save = { key: "Mod-s", preventDefault: true, run: () => (this.studio.save(), true) };
    return [
      Prec.highest(keymap.of([save])),
      lineNumbers(),
      highlightActiveLineGutter(),
      lintGutter(),
      history(),
      drawSelection(),
      EditorState.allowMultipleSelections.of(true),
      indentUnit.of("    "),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      highlightActiveLine(),
      highlightSelectionMatches(),
      python(),
      colors,
      syntaxHighlighting(colors.style),
      autocompletion({ override: [completionSource(this.line)] }),
      hover(this.line),
      EditorView.contentAttributes.of({ "aria-label": "Scene source", spellcheck: "false", tabindex: "0" }),
      EditorView.updateListener.of((update) => this.changed(update)),
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap, indentWithTab]),
    ];
  }

  changed(update) {
    if (!update.docChanged || update.transactions.some((each) => each.annotation(fromOutside))) return;
    this.stamp++;
    this.studio.typed();
    this.tell();
  }

  /** Whether something was typed that the kernel has not got yet. */
  get ahead() {
    return this.stamp !== this.heard;
  }

  send() {
    this.tell.cancel();
    if (this.scene && this.ahead) this.line.say("draft", { scene: this.scene, text: this.text, base: this.base, stamp: this.stamp, ...this.studio.moment() });
  }

  drafted(told) {
    if (told.scene !== this.scene) return;
    if (told.view === this.line.view) this.heard = Math.max(this.heard, told.stamp);
    else if (!this.ahead && told.text !== this.text) {
      this.studio.typed();
      this.write(told.text);
    }
  }

  /** Take over what the kernel tells of a scene; text typed since stays, with the revision it began from. */
  take(told) {
    if (told.scene !== this.line.selected) return;
    const mine = told.saved && told.view === this.line.view;
    if (told.scene !== this.scene) this.swap(told);
    else if (told.replace) this.replace(told.text);
    else if (!this.ahead) this.write(told.text);
    if (!this.ahead || mine) this.base = told.dirty ? told.base : told.revision;
    this.revision = told.revision;
    this.mark(told.checked.findings);
  }

  replace(text) {
    this.tell.cancel();
    this.heard = this.stamp;
    this.write(text);
  }

  /** Between the choice of a scene and its text nothing can be typed: it would be lost, or the other scene's. */
  wait() {
    const waits = !this.scene || this.line.selected !== this.scene;
    this.focused ||= waits && this.view.hasFocus;
    this.element.inert = waits;
    if (!waits) this.goOn();
  }

  goOn() {
    this.element.inert = false;
    if (this.focused && document.activeElement === document.body) this.view.focus();
    this.focused = false;
  }

  /** Show another scene's text. */
  swap(told) {
    if (this.scene) {
      this.send();
      this.states.set(this.scene, this.view.state);
    }
    this.heard = this.stamp;
    this.scene = told.scene;
    const known = this.states.get(told.scene);
    this.view.setState(known ?? this.fresh(told.text));
    if (known) this.write(told.text);
    this.bringBack(told.text);
    this.goOn();
  }

  /** The kernel is gone: what it has not got waits in the page. */
  lost() {
    if (this.scene && this.ahead) keepUnheard(this.line, this.scene, this.text, this.base);
  }

  /** Go on with what was typed while there was no kernel, as if it were typed now. */
  bringBack(text) {
    const unheard = takeUnheard(this.line, this.scene);
    if (!unheard || unheard.text === text) return;
    this.base = unheard.base;
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: unheard.text } });
  }

  write(text) {
    const now = this.text;
    if (text === now) return;
    let from = 0;
    while (from < now.length && from < text.length && now[from] === text[from]) from++;
    let end = 0;
    while (end < Math.min(now.length, text.length) - from && now[now.length - 1 - end] === text[text.length - 1 - end]) end++;
    const changes = { from, to: now.length - end, insert: text.slice(from, text.length - end) };
    this.view.dispatch({ changes, annotations: fromOutside.of(true) });
  }

  mark(findings) {
    this.view.dispatch(setDiagnostics(this.view.state, findings.filter((each) => each.line).map((each) => this.diagnostic(each))));
  }

  diagnostic(finding) {
    const doc = this.view.state.doc;
    const row = doc.line(Math.min(finding.line, doc.lines));
    const from = Math.min(row.from + Math.max((finding.column ?? 1) - 1, 0), row.to);
    const last = finding.end_line ? doc.line(Math.min(finding.end_line, doc.lines)) : row;
    const to = finding.end_column ? Math.min(last.from + finding.end_column - 1, last.to) : row.to;
    const message = finding.fix ? `${finding.message}\n→ ${finding.fix}` : finding.message;
    return { from, to: Math.max(from, to), severity: finding.severity, message, source: finding.code };
  }

  /** Put the cursor at a line and show it. */
  goTo(number, focus = true) {
    const row = this.view.state.doc.line(Math.min(Math.max(number, 1), this.view.state.doc.lines));
    this.view.dispatch({ selection: { anchor: row.from, head: row.to }, effects: EditorView.scrollIntoView(row.from, { y: "center" }) });
    if (focus) this.view.focus();
  }

  close() {
    this.send();
    this.view.destroy();
  }
}
