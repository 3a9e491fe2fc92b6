import type { ReactNode } from "react";
import { CopyButton } from "./copy-button.tsx";

/** Commands to be copied into a shell. */
export function Commands({ lines }: { readonly lines: readonly string[] }): ReactNode {
  const text = lines.join("\n");
  return (
    <div className="commands">
      <pre lang="en">{text}</pre>
      <CopyButton text={text} />
    </div>
  );
}
