import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Extension } from "@codemirror/state";
import { Decoration, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { type ReactNode, useEffect, useEffectEvent, useRef } from "react";

/** Something that is wrong with a text. */
interface EditorProblem {
  /** 1-based. */
  readonly line: number;
  /** 1-based; absent when the whole line is meant. */
  readonly column?: number;
  readonly severity: "error" | "warning";
  readonly message: string;
}

interface CodeEditorProps {
  readonly label: string;
  /** `http`: a head and a body of JSON. */
  readonly language: "yaml" | "http" | "text";
  readonly value: string;
  readonly problems: readonly EditorProblem[];
  readonly onChange: (value: string) => void;
}

/** A text to edit, with its problems in the margin. Tab leaves it, as it leaves every field. */
export function CodeEditor({ label, language, value, problems, onChange }: CodeEditorProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(undefined);
  const changed = useEffectEvent(onChange);
  const initial = useEffectEvent(() => value);

  useEffect(() => {
    const parent = host.current;
    if (parent === null) return;
    // In a shadow root the editor adopts style sheets; a style element the Content-Security-Policy would not allow.
    const root = parent.shadowRoot ?? parent.attachShadow({ mode: "open" });
    const view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: initial(),
        extensions: [
          ...extensions,
          languages[language],
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed(update.state.doc.toString());
          }),
        ],
      }),
    });
    editor.current = view;
    return () => view.destroy();
  }, [label, language]);

  // A text from elsewhere, such as a sample, takes the place of what is there.
  useEffect(() => {
    const view = editor.current;
    if (view === undefined || view.state.doc.toString() === value) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const view = editor.current;
    if (view === undefined) return;
    view.dispatch(
      setDiagnostics(
        view.state,
        problems.map((problem) => diagnosticOf(view.state, problem)),
      ),
    );
  }, [problems]);

  return <div ref={host} className="code-editor" />;
}

function diagnosticOf({ doc }: EditorState, { line: number, column, severity, message }: EditorProblem): Diagnostic {
  const line = doc.line(Math.min(Math.max(number, 1), doc.lines));
  const indent = line.text.length - line.text.trimStart().length;
  const from = Math.min(line.from + (column === undefined ? indent : column - 1), line.to);
  return { from, to: column === undefined ? line.to : Math.min(from + 1, line.to), severity, message };
}

/** The lines before the body of a request, which are no JSON. */
const httpHead = EditorView.decorations.compute(["doc"], ({ doc }) => {
  let end = 0;
  for (let line = 1; line <= doc.lines && doc.line(line).length > 0; line++) end = doc.line(line).to;
  return end === 0 ? Decoration.none : Decoration.set(Decoration.mark({ class: "cm-head" }).range(0, end));
});

const languages: Readonly<Record<CodeEditorProps["language"], Extension>> = {
  yaml: yaml(),
  // The parser passes over what is no JSON.
  http: [json(), httpHead],
  text: [],
};

const monospace = 'ui-monospace, "DejaVu Sans Mono", monospace';

/** Colours are the page's own properties, which reach into the shadow root. */
const theme = EditorView.theme({
  "&": {
    color: "var(--ink)",
    backgroundColor: "var(--surface)",
    fontSize: "0.8125rem",
    maxHeight: "var(--editor-height, 34rem)",
  },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-1px" },
  ".cm-scroller": { fontFamily: monospace, lineHeight: "1.6", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", minHeight: "8rem" },
  ".cm-head, .cm-head *": { color: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { color: "var(--muted)", backgroundColor: "var(--surface)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 6%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-content ::selection": {
    backgroundColor: "color-mix(in srgb, var(--accent) 30%, transparent)",
  },
  // The library's own marks are pictures in data: URLs.
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--bad)" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--warn)" },
  ".cm-lint-marker": { width: "1em", height: "1em", lineHeight: "1.5" },
  ".cm-lint-marker-error": { content: "none" },
  ".cm-lint-marker-warning": { content: "none" },
  ".cm-lint-marker-error::before": { content: '"✕"', color: "var(--bad)", fontWeight: "700" },
  ".cm-lint-marker-warning::before": { content: '"!"', color: "var(--warn)", fontWeight: "700" },
  ".cm-tooltip": {
    color: "var(--ink)",
    backgroundColor: "var(--surface)",
    border: "1px solid var(--line)",
    borderRadius: "6px",
    maxWidth: "36rem",
  },
  ".cm-diagnostic": { fontFamily: "system-ui, sans-serif", whiteSpace: "pre-wrap" },
});

const highlighting = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: tags.string, color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--busy)" },
  { tag: tags.comment, color: "var(--muted)" },
]);

const extensions: readonly Extension[] = [
  lineNumbers(),
  lintGutter(),
  history(),
  indentOnInput(),
  bracketMatching(),
  highlightActiveLine(),
  syntaxHighlighting(highlighting),
  EditorView.lineWrapping,
  keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
  theme,
];
