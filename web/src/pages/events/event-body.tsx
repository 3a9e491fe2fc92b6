import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo, useState } from "react";
import type { EventView } from "../../../../src/dashboard/views/event-view.ts";
import { apiPath, getText } from "../../api/fetch-json.ts";
import { CopyButton } from "../../components/copy-button.tsx";
import { Loading } from "../../components/loading.tsx";
import { Problem } from "../../components/problem.tsx";
import { useMessages } from "../../messages/messages-provider.tsx";
import { JsonTree } from "./json-tree.tsx";
import { parseJson } from "./parse-json.ts";

/** A larger body is not read before it is asked for. */
const maxUnaskedBytes = 4 * 1024 * 1024;
/** A larger text is not drawn; it can be opened by itself. */
const maxRawLetters = 500_000;

/** The body of an event as text; it never changes. */
function useEventBody(
  { namespace, id }: Pick<EventView, "namespace" | "id">,
  isEnabled = true,
): UseQueryResult<string> {
  return useQuery({
    queryKey: ["event-body", namespace, id],
    queryFn: ({ signal }) => getText(apiPath(["events", namespace, id, "body"]), signal),
    enabled: isEnabled,
  });
}

/** An event's body: a folded tree, or as it was sent. */
export function EventBody({ event }: { readonly event: EventView }): ReactNode {
  const messages = useMessages();
  const [isAsked, setAsked] = useState(event.bodyBytes <= maxUnaskedBytes);
  const [isRaw, setRaw] = useState(false);
  const body = useEventBody(event, isAsked && event.bodyBytes > 0);
  const { namespace, id, bodyBytes } = event;
  return (
    <>
      <p className="body-tools">
        <span className="muted">{messages.bytes(bodyBytes)}</span>
        {body.data !== undefined && (
          <>
            <button type="button" aria-pressed={isRaw} onClick={() => setRaw(!isRaw)}>
              {messages.raw}
            </button>
            <CopyButton text={body.data} />
          </>
        )}
        {bodyBytes > 0 && (
          <a href={apiPath(["events", namespace, id, "body"])} target="_blank" rel="noreferrer">
            {messages.eventPage.openRaw}
          </a>
        )}
      </p>
      {bodyBytes === 0 && <p className="empty">{messages.emptyBody}</p>}
      {!isAsked && (
        <p className="empty">
          <button type="button" onClick={() => setAsked(true)}>
            {messages.eventPage.showLarge}
          </button>
        </p>
      )}
      {body.isLoading && <Loading />}
      {body.isError && <Problem error={body.error} />}
      {body.data !== undefined && (isRaw ? <Raw text={body.data} /> : <Tree text={body.data} />)}
    </>
  );
}

function Tree({ text }: { readonly text: string }): ReactNode {
  const messages = useMessages();
  const value = useMemo(() => parseJson(text), [text]);
  if (value !== undefined) return <JsonTree value={value} />;
  return (
    <>
      <p className="muted">{messages.notJson}</p>
      <Raw text={text} />
    </>
  );
}

function Raw({ text }: { readonly text: string }): ReactNode {
  const messages = useMessages();
  return (
    <>
      <pre lang="en">{text.slice(0, maxRawLetters)}</pre>
      {text.length > maxRawLetters && <p className="note">{messages.eventPage.cut}</p>}
    </>
  );
}
