import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { EventPage } from "../../../../src/dashboard/views/event-view.ts";
import type { PlaygroundRequestView } from "../../../../src/dashboard/views/playground-view.ts";
import { apiPath, getJson } from "../../api/fetch-json.ts";
import { useListeners } from "../../api/queries.ts";
import { Problem } from "../../components/problem.tsx";
import { useNamespace } from "../../link-to.ts";
import { useLanguage, useMessages } from "../../messages/messages-provider.tsx";
import { samples } from "./samples.ts";
import type { Draft } from "./use-playground.ts";

type Change = (changes: Partial<Draft>) => void;

const offeredEvents = 30;

/** Takes a sample or one of the newest events as the request. */
export function RequestChoice({ draft, change }: { readonly draft: Draft; readonly change: Change }): ReactNode {
  const messages = useMessages();
  const { language } = useLanguage();
  const namespace = useNamespace();
  const [problem, setProblem] = useState<unknown>(undefined);
  const events = useQuery({
    queryKey: ["events-to-try", namespace],
    queryFn: ({ signal }) => getJson<EventPage>(apiPath(["events"], { namespace, limit: offeredEvents }), signal),
    staleTime: 5_000,
  });
  const choose = async (value: string) => {
    setProblem(undefined);
    const sample = samples.find(({ id }) => `sample/${id}` === value);
    if (sample !== undefined) {
      // What somebody wrote stays; an untouched sample gives way to the new one's.
      const isUntouched = samples.some(({ manifests }) => manifests === draft.manifests);
      return change({ request: sample.request, ...(isUntouched ? { manifests: sample.manifests } : {}) });
    }
    const [, space = "", id = ""] = value.split("/");
    if (id === "") return;
    try {
      const { text } = await getJson<PlaygroundRequestView>(apiPath(["playground", "requests", space, id]));
      change({ request: text });
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <>
      <select
        aria-label={messages.playgroundPage.chooseRequest}
        value=""
        onChange={(event) => void choose(event.target.value)}
      >
        <option value="">{messages.playgroundPage.chooseRequest}</option>
        <optgroup label={messages.playgroundPage.samples}>
          {samples.map(({ id, name }) => (
            <option key={id} value={`sample/${id}`}>
              {name}
            </option>
          ))}
        </optgroup>
        {events.data !== undefined && events.data.items.length > 0 && (
          <optgroup label={messages.playgroundPage.storedEvents}>
            {events.data.items.map(({ namespace: space, id, type, repository, receivedAt }) => (
              <option key={id} value={`event/${space}/${id}`}>
                {[new Date(receivedAt).toLocaleTimeString(language), type, repository, id.slice(0, 8)]
                  .filter((part) => part !== undefined && part !== "")
                  .join(" · ")}
              </option>
            ))}
          </optgroup>
        )}
      </select>
      {problem !== undefined && <Problem error={problem} />}
    </>
  );
}

/** Takes the objects of a listener of the server as what is tried. */
export function ObjectsChoice({
  namespace,
  change,
}: {
  readonly namespace: string | undefined;
  readonly change: Change;
}): ReactNode {
  const messages = useMessages();
  const [problem, setProblem] = useState<unknown>(undefined);
  const listeners = useListeners(namespace);
  const choose = async (value: string) => {
    setProblem(undefined);
    const [space = "", name = ""] = value.split("/");
    if (name === "") return;
    try {
      const { text } = await getJson<{ readonly text: string }>(apiPath(["playground", "objects", space, name]));
      change({ manifests: text });
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <>
      <select
        aria-label={messages.playgroundPage.chooseListener}
        value=""
        onChange={(event) => void choose(event.target.value)}
      >
        <option value="">{messages.playgroundPage.chooseListener}</option>
        {(listeners.data ?? []).map(({ namespace: space, name }) => (
          <option key={`${space}/${name}`} value={`${space}/${name}`}>
            {space}/{name}
          </option>
        ))}
      </select>
      {problem !== undefined && <Problem error={problem} />}
    </>
  );
}
