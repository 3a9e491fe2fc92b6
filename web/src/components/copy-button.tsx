import { type ReactNode, useEffect, useState } from "react";
import { useMessages } from "../messages/messages-provider.tsx";

const shownMs = 2000;

/** Copies a text; says so for a moment. */
export function CopyButton({ text, label }: { readonly text: string; readonly label?: string }): ReactNode {
  const messages = useMessages();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), shownMs);
    return () => clearTimeout(timer);
  }, [isCopied]);
  return (
    <button
      type="button"
      className="copy"
      aria-live="polite"
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      {isCopied ? messages.copied : (label ?? messages.copy)}
    </button>
  );
}
