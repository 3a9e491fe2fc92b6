import type { ReactNode } from "react";
import { Link } from "wouter";
import type { ListenerSummary } from "../../../../src/dashboard/views/listener-view.ts";
import { useListeners } from "../../api/queries.ts";
import { Commands } from "../../components/commands.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { Loading } from "../../components/loading.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Problem } from "../../components/problem.tsx";
import { useLinkTo, useNamespace } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";

/** The listeners, each of which leads to its configuration. */
export function ConfigurationPage(): ReactNode {
  const messages = useMessages();
  const namespace = useNamespace();
  const listeners = useListeners(namespace);
  return (
    <>
      <PageTitle kind={messages.configuration} />
      <p className="muted">{messages.configurationPage.intro}</p>
      {listeners.isPending && <Loading />}
      {listeners.isError && <Problem error={listeners.error} />}
      {listeners.data !== undefined && <Listeners listeners={listeners.data} />}
    </>
  );
}

function Listeners({ listeners }: { readonly listeners: readonly ListenerSummary[] }): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  if (listeners.length === 0) {
    return (
      <div className="empty">
        <p>{messages.noListeners}</p>
        <Commands lines={["tektite apply -f examples/hello", "tektite el list -A"]} />
      </div>
    );
  }
  return (
    <DataTable
      label={messages.listeners}
      rows={listeners}
      rowKey={({ namespace, name }) => `${namespace}/${name}`}
      columns={[
        {
          heading: messages.listener,
          cell: ({ namespace, name }) => (
            <Link href={linkTo(["configuration", namespace, name])}>
              {namespace}/{name}
            </Link>
          ),
        },
        {
          heading: messages.state,
          cell: ({ isReady }) => (
            <span className={`badge ${isReady ? "succeeded" : "failed"}`}>
              {isReady ? messages.ready : messages.notReady}
            </span>
          ),
        },
        { heading: messages.reason, cell: ({ reason }) => reason !== "" && <span lang="en">{reason}</span> },
        { heading: messages.triggers, cell: ({ triggers }) => triggers.join(", ") },
      ]}
    />
  );
}
