import type { ReactNode } from "react";
import { Link } from "wouter";
import type { ListenerSummary } from "../../../../src/dashboard/views/listener-view.ts";
import type { EventCounts } from "../../../../src/dashboard/views/overview-view.ts";
import { useSession } from "../../api/session.ts";
import { Commands } from "../../components/commands.tsx";
import { CopyButton } from "../../components/copy-button.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { useLinkTo } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";
import { Sparkline } from "./sparkline.tsx";

/** Each listener with its address, whether it takes events and why not, and what came to it. */
export function ListenerTable({
  listeners,
  counts,
}: {
  readonly listeners: readonly ListenerSummary[];
  /** By `namespace/name`; undefined when the account may not see events. */
  readonly counts: Readonly<Record<string, EventCounts>> | undefined;
}): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  const { webhooks } = useSession();
  if (listeners.length === 0) {
    return (
      <div className="empty">
        <p>{messages.noListeners}</p>
        <Commands lines={["tektite apply -f examples/hello", "tektite el list -A"]} />
      </div>
    );
  }
  const keyOf = ({ namespace, name }: ListenerSummary) => `${namespace}/${name}`;
  return (
    <DataTable
      label={messages.listeners}
      rows={listeners}
      rowKey={keyOf}
      columns={[
        {
          heading: messages.listener,
          cell: (listener) => (
            <Link href={linkTo(["configuration", listener.namespace, listener.name])}>{keyOf(listener)}</Link>
          ),
        },
        {
          heading: messages.state,
          cell: ({ isReady, reason }) => (
            <div>
              <span className={`badge ${isReady ? "succeeded" : "failed"}`}>
                {isReady ? messages.ready : messages.notReady}
              </span>
              {reason !== "" && (
                <div className="detail" lang="en">
                  {reason}
                </div>
              )}
            </div>
          ),
        },
        {
          heading: messages.webhook,
          cell: (listener) => (
            <Address address={webhooks === undefined ? listener.address : `${webhooks}/${keyOf(listener)}`} />
          ),
        },
        { heading: messages.triggers, cell: ({ triggers }) => triggers.join(", ") },
        ...(counts === undefined
          ? []
          : [
              {
                heading: messages.events,
                cell: (listener: ListenerSummary) => (
                  <ListenerEvents listener={listener} counts={counts[keyOf(listener)]} />
                ),
              },
            ]),
      ]}
    />
  );
}

function Address({ address }: { readonly address: string | undefined }): ReactNode {
  if (address === undefined) return null;
  return (
    <span className="address">
      <code>{address}</code>
      <CopyButton text={address} />
    </span>
  );
}

function ListenerEvents({
  listener: { namespace, name },
  counts,
}: {
  readonly listener: ListenerSummary;
  readonly counts: EventCounts | undefined;
}): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  const { total, perMinute } = counts ?? { total: 0, perMinute: new Array<number>(60).fill(0) };
  return (
    <span className="listener-events">
      <Sparkline values={perMinute} label={messages.minuteRange(Math.max(...perMinute))} />
      <Link href={linkTo(["events"], { namespace, listener: name, since: "24h" })}>{messages.eventCount(total)}</Link>
    </span>
  );
}
