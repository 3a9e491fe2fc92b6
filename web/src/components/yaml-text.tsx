import type { ReactNode } from "react";
import "./yaml-text.css";

interface Piece {
  readonly kind: "key" | "string" | "literal" | "comment" | "plain";
  readonly text: string;
}

/** A key and its colon at the beginning of a line, behind dashes of a list. */
const keyPattern = /^(\s*(?:- )*)((?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"'#:[{-][^:#]*|-[^\s:#][^:#]*):)(?=\s|$)/;
const literalPattern = /^(?:true|false|null|~|-?\d+(?:\.\d+)?)$/;

/** YAML as our server writes it, to be read; coloured line by line. */
export function YamlText({ text }: { readonly text: string }): ReactNode {
  return (
    <pre className="yaml" lang="en">
      {placedPieces(text).map(({ kind, text: piece, at }) =>
        kind === "plain" ? (
          piece
        ) : (
          <span key={at} className={`yaml-${kind}`}>
            {piece}
          </span>
        ),
      )}
    </pre>
  );
}

/** The pieces of all lines, each with where it begins. */
function placedPieces(text: string): readonly (Piece & { readonly at: number })[] {
  let at = 0;
  return text
    .replace(/\n$/, "")
    .split("\n")
    .flatMap((line): readonly Piece[] => [...piecesOf(line), { kind: "plain", text: "\n" }])
    .map((piece) => {
      const placed = { ...piece, at };
      at += piece.text.length;
      return placed;
    });
}

function piecesOf(line: string): readonly Piece[] {
  const [, indent = "", key] = keyPattern.exec(line) ?? [];
  const start: Piece[] =
    key === undefined
      ? []
      : [
          { kind: "plain", text: indent },
          { kind: "key", text: key },
        ];
  const rest = key === undefined ? line : line.slice(indent.length + key.length);
  return [...start, { kind: kindOf(rest.replace(/^\s*(?:- )*/, "")), text: rest }];
}

function kindOf(value: string): Piece["kind"] {
  if (value.startsWith("#")) return "comment";
  if (literalPattern.test(value)) return "literal";
  return /^["']/.test(value) ? "string" : "plain";
}
