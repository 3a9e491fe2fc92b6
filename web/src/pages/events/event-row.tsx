import type { ReactNode, Ref } from "react";
import { Link } from "wouter";
import type { EventSummary, VerdictSummary } from "../../../../src/dashboard/event-model.ts";
import { VerdictBadge } from "../../components/badge.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { useLinkTo } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";
import { CreatedObject } from "./created-object.tsx";

interface EventRowProps {
  readonly ref: Ref<HTMLTableRowElement>;
  readonly event: EventSummary;
  /** From the top of the list. */
  readonly index: number;
  /** Where in the list it stands, in pixels. */
  readonly top: number;
}

const shownVerdicts = 3;

/** An event in the list. */
export function EventRow({ ref, event, index, top }: EventRowProps): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  const { namespace, id, listener, receivedAt, type, repository, verdicts, replayOf } = event;
  return (
    <tr
      ref={ref}
      aria-rowindex={index + 2}
      data-index={index}
      data-event={id}
      className="event-row"
      style={{ transform: `translateY(${top}px)` }}
    >
      <td className="received">
        <TimeAgo at={receivedAt} />
      </td>
      <td className="what">
        <Link href={linkTo(["events", namespace, id])}>{type === "" ? messages.event : type}</Link>{" "}
        <span className="id muted" title={id}>
          {id.slice(0, 8)}
        </span>
        {replayOf !== undefined && <span className="tag">{messages.eventList.replay}</span>}
      </td>
      <td className="repository">{repository}</td>
      <td className="listener">
        {namespace}/{listener}
      </td>
      <td className="verdicts">
        <Verdicts event={event} />
        {verdicts.length > shownVerdicts && (
          <span className="muted">{messages.eventList.moreVerdicts(verdicts.length - shownVerdicts)}</span>
        )}
      </td>
    </tr>
  );
}

function Verdicts({ event: { verdicts, isFinished, namespace } }: { readonly event: EventSummary }): ReactNode {
  const messages = useMessages();
  if (verdicts.length === 0) {
    return isFinished ? <VerdictBadge state="none" /> : <span className="badge">{messages.pending}</span>;
  }
  return verdicts.slice(0, shownVerdicts).map((verdict) => (
    <span key={verdict.trigger} className="verdict">
      <VerdictBadge state={verdict.state} /> {verdict.trigger} <Outcome verdict={verdict} namespace={namespace} />
    </span>
  ));
}

/** What the trigger created, or why it did not. */
function Outcome({
  verdict: { created, message },
  namespace,
}: {
  readonly verdict: VerdictSummary;
  readonly namespace: string;
}): ReactNode {
  const [first] = created;
  if (first !== undefined) return <CreatedObject object={first} namespace={namespace} />;
  return (
    message !== "" && (
      <span className="muted message" lang="en" title={message}>
        {message}
      </span>
    )
  );
}
