import type { ReactNode } from "react";

/** A sentence of the engine or the server; one of several lines, such as a CEL error with its caret, keeps its columns. */
export function ServerText({ text }: { readonly text: string }): ReactNode {
  if (text === "") return null;
  return text.includes("\n") ? <pre lang="en">{text}</pre> : <p lang="en">{text}</p>;
}
