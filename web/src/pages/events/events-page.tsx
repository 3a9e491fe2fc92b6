import { type ReactNode, useState } from "react";
import { Commands } from "../../components/commands.tsx";
import { Loading } from "../../components/loading.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Problem } from "../../components/problem.tsx";
import { useNamespace } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";
import { EventFilters } from "./event-filters.tsx";
import { EventList } from "./event-list.tsx";
import { type EventsFilter, useEventsFilter } from "./events-filter.ts";
import "./events.css";
import { useEventWindow } from "./use-event-window.ts";

/** Events, newest first, as they come in. */
export function EventsPage(): ReactNode {
  const messages = useMessages();
  const namespace = useNamespace();
  const { filter, change, clear } = useEventsFilter();
  return (
    <>
      <PageTitle kind={messages.events} />
      <EventFilters filter={filter} change={change} clear={clear} />
      {/* Another filter is another list, which begins at its top. */}
      <Events key={JSON.stringify([namespace, filter])} namespace={namespace} filter={filter} clear={clear} />
    </>
  );
}

interface EventsProps {
  readonly namespace: string | undefined;
  readonly filter: EventsFilter;
  readonly clear: () => void;
}

function Events({ namespace, filter, clear }: EventsProps): ReactNode {
  const messages = useMessages();
  const view = useEventWindow(namespace, filter);
  const [isPaused, setPaused] = useState(false);
  const { window: events } = view;
  if (view.error !== null && events === undefined) return <Problem error={view.error} />;
  if (events === undefined) return <Loading />;
  if (events.items.length === 0 && events.newer.length === 0 && events.continue === undefined) {
    return Object.keys(filter).length === 0 ? <NoEvents namespace={namespace} /> : <NoMatch clear={clear} />;
  }
  return (
    <>
      {view.error !== null && <Problem error={view.error} />}
      <EventList
        view={view}
        events={events}
        isPaused={isPaused}
        pause={setPaused}
        isSearch={filter.text !== undefined}
      />
      {events.continue === undefined && <p className="end">{messages.eventList.end}</p>}
    </>
  );
}

function NoEvents({ namespace }: { readonly namespace: string | undefined }): ReactNode {
  const messages = useMessages();
  const where = namespace === undefined ? "-A" : `--namespace ${namespace}`;
  return (
    <div className="empty">
      <p>{messages.noEventsYet}</p>
      <Commands
        lines={[`tektite el list ${where}`, `tektite el logs NAME --namespace ${namespace ?? "NAMESPACE"} --follow`]}
      />
    </div>
  );
}

function NoMatch({ clear }: { readonly clear: () => void }): ReactNode {
  const messages = useMessages();
  return (
    <div className="empty">
      <p>{messages.noMatch}</p>
      <button type="button" onClick={clear}>
        {messages.clearFilters}
      </button>
    </div>
  );
}
