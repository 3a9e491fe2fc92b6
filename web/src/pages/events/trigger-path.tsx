import type { ReactNode } from "react";
import type {
  Evidence,
  InterceptorVerdict,
  ResolvedParam,
  TriggerPathView,
} from "../../../../src/dashboard/views/event-view.ts";
import { VerdictBadge } from "../../components/badge.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { ServerText } from "../../components/server-text.tsx";
import { durationText } from "../../components/time.tsx";
import { useMessages } from "../../messages/messages-provider.tsx";
import { CreatedObject } from "./created-object.tsx";
import "./trigger-path.css";

/** The path of an event at one trigger: what each interceptor said, the params, the objects. */
export function TriggerPath({ path }: { readonly path: TriggerPathView }): ReactNode {
  const messages = useMessages();
  const { name, state, group, attempts, summary, details, interceptors, params, extensions } = path;
  const tookMs = Date.parse(path.updatedAt) - Date.parse(path.startedAt);
  return (
    <article className="card path">
      <h3>
        {name === "" ? path.path : name} <VerdictBadge state={state} />{" "}
        <span className="muted facts-inline">
          {path.kind === "group"
            ? messages.eventPage.isGroup
            : group !== undefined && messages.eventPage.ofGroup(group)}
          {attempts > 1 && ` ${messages.eventPage.attempts(attempts)}`} {durationText(tookMs)}
        </span>
      </h3>
      <ServerText text={summary} />
      <Interceptors interceptors={interceptors} extensions={extensions} />
      {params.length > 0 && <Params params={params} />}
      <Objects path={path} />
      {details.length > 0 && (
        <details>
          <summary>tektite events explain</summary>
          <pre lang="en">{[summary, ...details.map((line) => `  ${line}`)].join("\n")}</pre>
        </details>
      )}
    </article>
  );
}

/** What each interceptor said, in order, and what they added together. */
export function Interceptors({
  interceptors,
  extensions,
}: Pick<TriggerPathView, "interceptors" | "extensions">): ReactNode {
  const messages = useMessages();
  // The same interceptor may be asked twice; the order never changes.
  const steps = interceptors.map((verdict, at) => ({ key: `${at} ${verdict.name}`, verdict }));
  return (
    <>
      {steps.length > 0 && (
        <>
          <h4>{messages.interceptors}</h4>
          <ol className="steps">
            {steps.map(({ key, verdict }) => (
              <Interceptor key={key} verdict={verdict} />
            ))}
          </ol>
        </>
      )}
      {Object.keys(extensions).length > 0 && (
        <>
          <h4>{messages.eventPage.extensions}</h4>
          <pre lang="en">{JSON.stringify(extensions, null, 2)}</pre>
        </>
      )}
    </>
  );
}

const marks = { continue: "created", stop: "filtered", error: "failed" } as const;

/** An interceptor's answer and what it saw. */
function Interceptor({ verdict }: { readonly verdict: InterceptorVerdict }): ReactNode {
  const messages = useMessages();
  const { name, decision, message = "", evidence = [] } = verdict;
  return (
    <li>
      <strong>{name}</strong> <span className={`badge ${marks[decision]}`}>{messages.decisions[decision]}</span>
      <ServerText text={message} />
      {evidence.length > 0 && <Values evidence={evidence} />}
    </li>
  );
}

/** Parts of an expression with the values that they had. */
export function Values({ evidence }: { readonly evidence: readonly Evidence[] }): ReactNode {
  const messages = useMessages();
  return (
    <DataTable
      label={messages.evidence}
      rows={evidence}
      rowKey={({ subject }, index) => `${index} ${subject}`}
      columns={[
        { heading: messages.evidence, cell: ({ subject }) => <code>{subject}</code> },
        {
          heading: messages.value,
          cell: ({ value, error }) =>
            error === undefined ? (
              <code className={value === true ? "yes" : value === false ? "no" : undefined}>
                {JSON.stringify(value ?? null)}
              </code>
            ) : (
              <span className="no" lang="en">
                {error}
              </span>
            ),
        },
      ]}
    />
  );
}

/** Params with the binding and the place in the event that each came from. */
export function Params({ params }: { readonly params: readonly ResolvedParam[] }): ReactNode {
  const messages = useMessages();
  return (
    <>
      <h4>{messages.params}</h4>
      <DataTable
        label={messages.params}
        rows={params}
        rowKey={({ name }) => name}
        columns={[
          { heading: messages.name, cell: ({ name }) => name },
          { heading: messages.value, cell: ({ value }) => <code className="clip">{value}</code> },
          { heading: messages.source, cell: ({ source }) => <Source source={source} /> },
        ]}
      />
    </>
  );
}

/** The binding that gave a param its value, and where in the event that came from. */
function Source({ source }: { readonly source: ResolvedParam["source"] }): ReactNode {
  const messages = useMessages();
  if (source.kind === "default") return messages.templateDefault;
  const { binding, expressions } = source;
  return (
    <span>
      {binding.kind === "inline" ? messages.inlineBinding : `${binding.kind} ${binding.name}`}
      {[...new Map(expressions.map((expression) => [expression.text, expression])).values()].map(({ text, error }) => (
        <span key={text}>
          {" "}
          <code>{text}</code>
          {error !== undefined && <span lang="en"> ({error})</span>}
        </span>
      ))}
    </span>
  );
}

function Objects({ path: { created, notCreated, namespace } }: { readonly path: TriggerPathView }): ReactNode {
  const messages = useMessages();
  return (
    <>
      {created.length > 0 && (
        <>
          <h4>{messages.createdObjects}</h4>
          <ul className="plain">
            {created.map((object) => (
              <li key={`${object.kind} ${object.namespace} ${object.name}`}>
                <CreatedObject object={object} namespace={namespace} isLong />
              </li>
            ))}
          </ul>
        </>
      )}
      {notCreated.map((text) => (
        <details key={text}>
          <summary>{messages.eventPage.notCreated}</summary>
          <pre lang="en">{text}</pre>
        </details>
      ))}
    </>
  );
}
