import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useSearchParams } from "wouter";
import type { PlaygroundRequestView } from "../../../../src/dashboard/views/playground-view.ts";
import { apiPath, getJson } from "../../api/fetch-json.ts";
import { CodeEditor } from "../../components/code-editor.tsx";
import { Loading } from "../../components/loading.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Problem } from "../../components/problem.tsx";
import { TextDialog } from "../../components/text-dialog.tsx";
import { useNamespace } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";
import { keepDraft, keptDraft } from "./kept-draft.ts";
import { ModeChoice } from "./mode-choice.tsx";
import "./playground.css";
import { ObjectsChoice, RequestChoice } from "./source-choice.tsx";
import { type Draft, usePlayground } from "./use-playground.ts";
import { PlaygroundVerdict } from "./verdict.tsx";

/** Tries a request with triggers or an expression, as it would go on a listener; nothing is created. */
export function PlaygroundPage(): ReactNode {
  const messages = useMessages();
  const [search] = useSearchParams();
  const event = search.get("event") ?? "";
  return (
    <>
      <PageTitle kind={messages.playground} />
      <p className="muted">{messages.playgroundPage.intro}</p>
      {event === "" ? <Playground start={keptDraft()} /> : <OfEvent key={event} event={event} />}
    </>
  );
}

/** Begins with a stored event, and with the objects of its listener. `event`: `NAMESPACE/ID`. */
function OfEvent({ event }: { readonly event: string }): ReactNode {
  const [namespace = "", id = ""] = event.split("/");
  const messages = useMessages();
  const stored = useQuery({
    queryKey: ["event-request", namespace, id],
    queryFn: async ({ signal }) => {
      const request = await getJson<PlaygroundRequestView>(apiPath(["playground", "requests", namespace, id]), signal);
      // The listener may be gone since: then the request alone is there.
      const objects = await getJson<{ readonly text: string }>(
        apiPath(["playground", "objects", namespace, request.listener]),
        signal,
      ).catch(() => undefined);
      return { ...request, objects };
    },
  });
  if (stored.isError) return <Problem error={stored.error} />;
  if (stored.data === undefined) return <Loading />;
  const { text, isText, objects } = stored.data;
  const kept = keptDraft();
  const start: Draft = { ...kept, request: text, mode: "manifests", manifests: objects?.text ?? kept.manifests };
  return (
    <>
      {!isText && <p className="note">{messages.playgroundPage.notText}</p>}
      <Playground start={start} namespace={namespace} />
    </>
  );
}

function Playground({ start, namespace: own }: { readonly start: Draft; readonly namespace?: string }): ReactNode {
  const messages = useMessages();
  const chosen = useNamespace();
  const namespace = own ?? chosen;
  const [draft, setDraft] = useState(start);
  const answer = usePlayground(draft, namespace);
  const change = (changes: Partial<Draft>) => {
    const next = { ...draft, ...changes };
    setDraft(next);
    keepDraft(next);
  };
  const { mode } = draft;
  const problems = answer.data?.problems ?? [];
  const test = answer.data?.test;
  return (
    <div className="playground">
      <div className="sources">
        <section aria-labelledby="playground-request">
          <div className="source-head">
            <h2 id="playground-request">{messages.request}</h2>
            <RequestChoice draft={draft} change={change} />
          </div>
          <CodeEditor
            label={messages.request}
            language="http"
            value={draft.request}
            problems={problems.filter(({ where }) => where === "request")}
            onChange={(request) => change({ request })}
          />
        </section>
        <section aria-label={messages.playgroundPage.modes[mode]}>
          <div className="source-head">
            <ModeChoice mode={mode} choose={(next) => change({ mode: next })} />
            {mode === "manifests" && <ObjectsChoice namespace={namespace} change={change} />}
          </div>
          <CodeEditor
            key={mode}
            label={messages.playgroundPage.modes[mode]}
            language={mode === "manifests" ? "yaml" : "text"}
            value={draft[mode]}
            problems={problems.filter(({ where }) => where === mode)}
            onChange={(text) => change({ [mode]: text })}
          />
          {mode === "manifests" && (
            <p className="exports">
              <TextDialog
                label={messages.playgroundPage.exportYaml}
                load={async () => ({ text: draft.manifests, fileName: "triggers.yaml" })}
              />
              {test !== undefined && (
                <TextDialog
                  label={messages.eventPage.saveTest}
                  load={async () => ({ text: test, fileName: "playground.test.yaml", note: <TestNote /> })}
                />
              )}
            </p>
          )}
        </section>
      </div>
      <section className="outcome" aria-labelledby="playground-verdict" aria-busy={answer.isFetching}>
        <h2 id="playground-verdict">{messages.verdict}</h2>
        {answer.isError ? (
          <Problem error={answer.error} />
        ) : answer.data === undefined ? (
          <Loading />
        ) : (
          <PlaygroundVerdict answer={answer.data} />
        )}
      </section>
    </div>
  );
}

function TestNote(): ReactNode {
  const messages = useMessages();
  return (
    <p>
      {messages.eventPage.testNote} <code>tektite test .</code>
    </p>
  );
}
