import { type ReactNode, useState } from "react";
import { useSearchParams } from "wouter";
import { useNamespaces } from "../api/queries.ts";
import { useNamespace } from "../link-to.ts";
import { useMessages } from "../messages/messages-provider.tsx";

/** Which namespace is looked at: one of those that the account may list, else one that is typed in. */
export function NamespaceChoice(): ReactNode {
  const messages = useMessages();
  const namespace = useNamespace();
  const [, setSearch] = useSearchParams();
  const namespaces = useNamespaces();
  const choose = (name: string) =>
    setSearch((search) => {
      if (name === "") search.delete("namespace");
      else search.set("namespace", name);
      return search;
    });
  if (namespaces.isError) return <TypedNamespace key={namespace} namespace={namespace} choose={choose} />;
  const names = new Set([...(namespaces.data ?? []), ...(namespace === undefined ? [] : [namespace])]);
  return (
    <div className="namespace">
      <label htmlFor="namespace">{messages.namespace}</label>
      <select id="namespace" value={namespace ?? ""} onChange={(event) => choose(event.target.value)}>
        <option value="">{messages.allNamespaces}</option>
        {[...names].sort().map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function TypedNamespace({
  namespace,
  choose,
}: {
  readonly namespace: string | undefined;
  readonly choose: (name: string) => void;
}): ReactNode {
  const messages = useMessages();
  const [text, setText] = useState(namespace ?? "");
  return (
    <form
      className="namespace"
      onSubmit={(event) => {
        event.preventDefault();
        choose(text.trim());
      }}
    >
      <label htmlFor="namespace">{messages.namespace}</label>
      <input
        id="namespace"
        value={text}
        placeholder={messages.allNamespaces}
        size={16}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit">{messages.choose}</button>
    </form>
  );
}
