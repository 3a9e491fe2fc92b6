import type { ReactNode } from "react";
import type { PlaygroundAnswer, PlaygroundRun, PlaygroundTrigger } from "../../../../src/offline/playground.ts";
import { VerdictBadge } from "../../components/badge.tsx";
import { ServerText } from "../../components/server-text.tsx";
import { useMessages } from "../../messages/messages-provider.tsx";
import { Interceptors, Params, Values } from "../events/trigger-path.tsx";

/** What came of a try. */
export function PlaygroundVerdict({ answer }: { readonly answer: PlaygroundAnswer }): ReactNode {
  const { problems, runs, expression } = answer;
  return (
    <>
      <Problems problems={problems} />
      {expression !== undefined && <Expression expression={expression} />}
      {runs.map((run) => (
        <Run key={run.listener ?? run.triggers[0]?.path} run={run} />
      ))}
    </>
  );
}

function Problems({ problems }: Pick<PlaygroundAnswer, "problems">): ReactNode {
  const messages = useMessages();
  if (problems.length === 0) return null;
  const keyed = problems.map((problem, at) => ({ ...problem, key: `${at}` }));
  return (
    <ul className="problems" aria-label={messages.playgroundPage.problems}>
      {keyed.map(({ key, where, line, severity, message }) => (
        <li key={key} className={severity}>
          <strong>
            {where === "request" ? messages.request : messages.playgroundPage.modes[where]},{" "}
            {messages.playgroundPage.line(line)}
          </strong>{" "}
          <span lang="en">{message}</span>
        </li>
      ))}
    </ul>
  );
}

function Expression({ expression }: { readonly expression: NonNullable<PlaygroundAnswer["expression"]> }): ReactNode {
  const messages = useMessages();
  const { value, error, parts } = expression;
  return (
    <article className="card">
      <h3>{messages.value}</h3>
      {value !== undefined && <pre className="value">{value}</pre>}
      {error !== undefined && (
        <pre className="no" lang="en">
          {error}
        </pre>
      )}
      {parts.length > 0 && <Values evidence={parts} />}
    </article>
  );
}

function Run({ run: { listener, refusal, missing, triggers } }: { readonly run: PlaygroundRun }): ReactNode {
  const messages = useMessages();
  return (
    <>
      <h3 className="run-of">
        {listener === undefined ? messages.playgroundPage.withoutListener : `${messages.listener} ${listener}`}
      </h3>
      {refusal !== undefined && (
        <p className="no" lang="en">
          {refusal}
        </p>
      )}
      {missing.map((text) => (
        <p key={text} className="no" lang="en">
          {text}
        </p>
      ))}
      {refusal === undefined && triggers.length === 0 && <p className="empty">{messages.playgroundPage.noTrigger}</p>}
      {triggers.map((trigger) => (
        <Trigger key={trigger.path} trigger={trigger} />
      ))}
    </>
  );
}

function Trigger({ trigger }: { readonly trigger: PlaygroundTrigger }): ReactNode {
  const messages = useMessages();
  const { name, path, state, summary, message, interceptors, extensions, params, objects } = trigger;
  const keyed = objects.map((text, at) => ({ text, key: `${at}` }));
  return (
    <article className="card path" data-state={state}>
      <h4 className="name">
        {name === "" ? path : name}{" "}
        <VerdictBadge state={state} name={state === "created" ? messages.playgroundPage.wouldRun : undefined} />
      </h4>
      <ServerText text={summary} />
      {!summary.includes(message) && <ServerText text={message} />}
      <Interceptors interceptors={interceptors} extensions={extensions} />
      {params.length > 0 && <Params params={params} />}
      {keyed.length > 0 && <h4>{messages.playgroundPage.wouldCreate}</h4>}
      {keyed.map(({ key, text }) => (
        <pre key={key} lang="en">
          {text}
        </pre>
      ))}
    </article>
  );
}
