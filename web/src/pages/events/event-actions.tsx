import { useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { curlCommand } from "../../../../src/dashboard/views/curl-command.ts";
import type { EventView, TestCaseView } from "../../../../src/dashboard/views/event-view.ts";
import { apiPath, getJson, getText, postJson } from "../../api/fetch-json.ts";
import { useListeners, usePermission } from "../../api/queries.ts";
import { useSession } from "../../api/session.ts";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { type TakenText, TextDialog } from "../../components/text-dialog.tsx";
import { useLinkTo } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";

/** What can be done with an event. */
export function EventActions({ event }: { readonly event: EventView }): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  const { namespace, id } = event;
  const takeCurl = useCurl(event);
  const takeTest = async (): Promise<TakenText> => {
    const { text, bodyFile } = await getJson<TestCaseView>(apiPath(["events", namespace, id, "test"]));
    return {
      text,
      fileName: `event-${id.slice(0, 8)}.test.yaml`,
      note: (
        <p>
          {messages.eventPage.testNote} <code>tektite test .</code>
          {bodyFile !== undefined && (
            <>
              {" "}
              {messages.eventPage.bodyFileNote} <code>{bodyFile}</code>
            </>
          )}
        </p>
      ),
    };
  };
  return (
    <div className="event-actions">
      <Replay event={event} />
      <TextDialog label={messages.eventPage.curl} load={takeCurl} />
      <TextDialog label={messages.eventPage.saveTest} load={takeTest} />
      <Link className="button" href={linkTo(["playground"], { event: `${namespace}/${id}` })}>
        {messages.eventPage.openPlayground}
      </Link>
    </div>
  );
}

function Replay({ event: { namespace, id } }: { readonly event: EventView }): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const { csrfToken, isReadOnly } = useSession();
  const permission = usePermission("create", "triggerevents.events.tektite.dev", namespace);
  const missing = permission.data?.isAllowed === false ? permission.data.missing : undefined;
  const refusal = isReadOnly ? messages.readOnly : missing === undefined ? undefined : messages.notAllowed(missing);
  return (
    <ConfirmButton
      label={messages.replay}
      explanation={messages.replayHelp}
      refusal={refusal}
      action={async () => {
        const replayed = await postJson<{ readonly id: string }>(
          apiPath(["events", namespace, id, "replay"]),
          {},
          { csrfToken },
        );
        await queries.invalidateQueries({ queryKey: ["event", namespace, id] });
        navigate(linkTo(["events", namespace, replayed.id]));
      }}
    />
  );
}

/** A longer body goes to curl as a file. */
const maxInlineLetters = 100_000;

function useCurl(event: EventView): () => Promise<TakenText> {
  const messages = useMessages();
  const { webhooks } = useSession();
  const { namespace, id, listener, method, url, headers } = event;
  const listeners = useListeners(namespace, { enabled: webhooks === undefined });
  const own = listeners.data?.find(({ name }) => name === listener)?.address;
  const address = webhooks === undefined ? (own ?? "http://LISTENER") : `${webhooks}/${namespace}/${listener}`;
  return async () => {
    const body = await getText(apiPath(["events", namespace, id, "body"]));
    // What is no text is shown with signs of replacement, which are not what was sent.
    const isText = body.length <= maxInlineLetters && !/[\u0000\ufffd]/.test(body);
    const bodyFile = `${id}.body`;
    const command = curlCommand({
      method,
      url: `${address.replace(/\/$/, "")}${url}`,
      headers,
      body: isText ? body : undefined,
      bodyFile,
    });
    return {
      text: command.text,
      fileName: `event-${id.slice(0, 8)}.sh`,
      note: (
        <>
          {command.variables.length > 0 && (
            <p>
              {messages.eventPage.variablesNote}{" "}
              {command.variables.map((name) => (
                <code key={name}>{name} </code>
              ))}
            </p>
          )}
          {!isText && (
            <p>
              {messages.eventPage.bodyFileNote} <code>{bodyFile}</code>
            </p>
          )}
          <p>
            {messages.eventPage.curlNote} <code>{`tektite events replay ${id} --namespace ${namespace}`}</code>
          </p>
        </>
      ),
    };
  };
}
