import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { ObjectEvent } from "../../../../src/dashboard/views/object-event.ts";
import type { NamedValue, RunDetail } from "../../../../src/dashboard/views/run-view.ts";
import { apiPath, getJson, getText } from "../../api/fetch-json.ts";
import { CopyButton } from "../../components/copy-button.tsx";
import { DataTable } from "../../components/data-table.tsx";
import { Loading } from "../../components/loading.tsx";
import { Problem } from "../../components/problem.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { useMessages } from "../../messages/messages-provider.tsx";
import type { RunKey } from "./use-run.ts";
import { ValueTable } from "./value-table.tsx";

/** What went into a run, what came out, and what Kubernetes says of it. */
export function RunSections({ run }: { readonly run: RunDetail }): ReactNode {
  const messages = useMessages();
  const labels = Object.entries(run.labels).map(([name, value]) => ({ name, value }));
  return (
    <>
      <div className="run-values">
        <Values title={messages.results} values={run.results} />
        <Values title={messages.params} values={run.params} />
        <Values title={messages.workspaces} values={run.workspaces} />
        <Values title={messages.labels} values={labels} />
      </div>
      <section>
        <h2>{messages.conditions}</h2>
        <DataTable
          label={messages.conditions}
          rows={run.conditions}
          rowKey={({ type }) => type}
          columns={[
            { heading: messages.type, cell: ({ type }) => type },
            { heading: messages.state, cell: ({ status }) => status },
            { heading: messages.reason, cell: ({ reason }) => <span lang="en">{reason}</span> },
            { heading: messages.message, cell: ({ message }) => <span lang="en">{message}</span> },
          ]}
        />
      </section>
      <KubernetesEvents run={run} />
      <RunYaml run={run} />
    </>
  );
}

function Values({ title, values }: { readonly title: string; readonly values: readonly NamedValue[] }): ReactNode {
  if (values.length === 0) return null;
  return (
    <section>
      <h2>{title}</h2>
      <ValueTable label={title} values={values} />
    </section>
  );
}

function KubernetesEvents({ run: { kind, namespace, name } }: { readonly run: RunKey }): ReactNode {
  const messages = useMessages();
  const events = useQuery({
    queryKey: ["run", kind, namespace, name, "events"],
    queryFn: ({ signal }) =>
      getJson<{ readonly items: readonly ObjectEvent[] }>(apiPath(["runs", kind, namespace, name, "events"]), signal),
  });
  return (
    <section>
      <h2>{messages.kubernetesEvents}</h2>
      {events.isPending && <Loading />}
      {events.isError && <Problem error={events.error} />}
      {events.data?.items.length === 0 && <p className="empty">{messages.noKubernetesEvents}</p>}
      {events.data !== undefined && events.data.items.length > 0 && (
        <DataTable
          label={messages.kubernetesEvents}
          rows={events.data.items}
          rowKey={({ reason, lastSeenAt }, index) => `${index} ${lastSeenAt} ${reason}`}
          columns={[
            { heading: messages.lastSeen, cell: ({ lastSeenAt }) => <TimeAgo at={lastSeenAt} /> },
            { heading: messages.type, cell: ({ type }) => type },
            { heading: messages.reason, cell: ({ reason, count }) => (count > 1 ? `${reason} ×${count}` : reason) },
            { heading: messages.message, cell: ({ message }) => message !== "" && <span lang="en">{message}</span> },
          ]}
        />
      )}
    </section>
  );
}

/** The object as YAML, read when it is opened. */
function RunYaml({ run: { kind, namespace, name } }: { readonly run: RunKey }): ReactNode {
  const messages = useMessages();
  const [isOpen, setOpen] = useState(false);
  const yaml = useQuery({
    queryKey: ["run", kind, namespace, name, "yaml"],
    queryFn: ({ signal }) => getText(apiPath(["runs", kind, namespace, name, "yaml"]), signal),
    enabled: isOpen,
  });
  return (
    <details className="run-yaml" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <h2>{messages.runPage.yaml}</h2>
      </summary>
      {yaml.isLoading && <Loading />}
      {yaml.isError && <Problem error={yaml.error} />}
      {yaml.data !== undefined && (
        <div className="commands">
          <pre lang="en">{yaml.data}</pre>
          <CopyButton text={yaml.data} />
        </div>
      )}
    </details>
  );
}
