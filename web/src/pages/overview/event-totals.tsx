import type { ReactNode } from "react";
import { Link } from "wouter";
import type { ListenerSummary } from "../../../../src/dashboard/views/listener-view.ts";
import type { EventCounts } from "../../../../src/dashboard/views/overview-view.ts";
import { useSession } from "../../api/session.ts";
import { VerdictBadge } from "../../components/badge.tsx";
import { Commands } from "../../components/commands.tsx";
import { useLinkTo } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";
import { Sparkline } from "./sparkline.tsx";

/** How many events came in, what became of them, and when they came; how to send one while there are none. */
export function EventTotals({
  counts,
  listener,
}: {
  readonly counts: EventCounts;
  /** One to send an event to. */
  readonly listener: ListenerSummary | undefined;
}): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  if (counts.total === 0) return <NoEvents listener={listener} />;
  const states = (Object.keys(counts.byVerdict) as (keyof EventCounts["byVerdict"])[]).filter(
    (state) => counts.byVerdict[state] > 0,
  );
  const most = Math.max(...counts.perMinute);
  return (
    <div className="totals">
      <ul className="tiles">
        <li>
          <Link href={linkTo(["events"], { since: "24h" })}>
            <b>{counts.total}</b> {messages.allEvents(counts.total)}
          </Link>
        </li>
        {states.map((state) => {
          const content = (
            <>
              <b>{counts.byVerdict[state]}</b> <VerdictBadge state={state} />
            </>
          );
          return (
            <li key={state}>
              {state === "none" ? (
                content
              ) : (
                <Link href={linkTo(["events"], { verdict: state, since: "24h" })}>{content}</Link>
              )}
            </li>
          );
        })}
      </ul>
      <figure>
        <Sparkline values={counts.perMinute} label={`${messages.perMinute}: ${messages.minuteRange(most)}`} />
        <figcaption>
          {messages.perMinute}: {messages.minuteRange(most)}
        </figcaption>
      </figure>
    </div>
  );
}

function NoEvents({ listener }: { readonly listener: ListenerSummary | undefined }): ReactNode {
  const messages = useMessages();
  const { webhooks } = useSession();
  if (listener === undefined) return <p className="empty">{messages.noEventsNoListener}</p>;
  const { namespace, name } = listener;
  const address = webhooks === undefined ? listener.address : `${webhooks}/${namespace}/${name}`;
  return (
    <div className="empty">
      <p>{messages.noEventsYet}</p>
      <Commands
        lines={[
          ...(address === undefined ? [] : [`curl -H 'Content-Type: application/json' -d '{}' ${address}`]),
          `tektite el logs ${name} --namespace ${namespace}`,
          `tektite doctor el ${name} --namespace ${namespace}`,
        ]}
      />
    </div>
  );
}
