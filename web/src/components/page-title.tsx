import { type ReactNode, useEffect } from "react";
import { useMessages } from "../messages/messages-provider.tsx";

/** Of the page's heading, which names the content for screen readers. */
export const pageTitleId = "page-title";

/** The heading of a page, which is the title of the window too. */
export function PageTitle({ kind, name }: { readonly kind: string; readonly name?: string }): ReactNode {
  const { title } = useMessages();
  useEffect(() => {
    document.title = `${name === undefined ? kind : `${kind} ${name}`} · ${title}`;
  }, [kind, name, title]);
  return (
    <h1 id={pageTitleId}>
      {kind} {name !== undefined && <span className="id">{name}</span>}
    </h1>
  );
}
