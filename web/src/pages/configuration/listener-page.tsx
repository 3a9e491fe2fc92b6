import { type ReactNode, useState } from "react";
import { Link, useSearchParams } from "wouter";
import type { ConfigurationView } from "../../../../src/dashboard/views/configuration-view.ts";
import { placeFindings } from "../../../../src/dashboard/views/place-findings.ts";
import { Loading } from "../../components/loading.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Problem } from "../../components/problem.tsx";
import { Segments } from "../../components/segments.tsx";
import { useLinkTo } from "../../link-to.ts";
import { loadLater } from "../../load-later.tsx";
import { useMessages } from "../../messages/messages-provider.tsx";
import "./configuration.css";
import { ConfigurationList } from "./configuration-list.tsx";
import { Examination } from "./examination.tsx";
import { NodeDetail } from "./node-detail.tsx";
import { type ListenerKey, useConfiguration, useDoctor } from "./use-configuration.ts";

const ConfigurationGraph = loadLater(async () => (await import("./configuration-graph.tsx")).ConfigurationGraph);

/** A listener with everything that an event meets behind it, and what is wrong with it. */
export function ListenerPage({ namespace, name }: ListenerKey): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  const configuration = useConfiguration({ namespace, name });
  return (
    <>
      <PageTitle kind={messages.configuration} name={`${namespace}/${name}`} />
      <p>
        <Link href={linkTo(["events"], { namespace, listener: name })}>{messages.events}</Link>
      </p>
      {configuration.isPending && <Loading />}
      {configuration.isError && <Problem error={configuration.error} />}
      {configuration.data !== undefined && <Parts listener={{ namespace, name }} configuration={configuration.data} />}
    </>
  );
}

const shapes = ["graph", "list"] as const;

function Parts({
  listener,
  configuration,
}: {
  readonly listener: ListenerKey;
  readonly configuration: ConfigurationView;
}): ReactNode {
  const { configurationPage } = useMessages();
  const { nodes, problems, unread } = configuration;
  const doctor = useDoctor(listener);
  const [search, setSearch] = useSearchParams();
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const asked = search.get("shape");
  // A graph needs room.
  const shape =
    shapes.find((one) => one === asked) ?? (window.matchMedia("(max-width: 44rem)").matches ? "list" : "graph");
  const findings = placeFindings(nodes, doctor.data?.filter(({ level }) => level !== "ok") ?? []);
  const node = nodes.find(({ id }) => id === chosen);
  const view = { configuration, findings, chosen, onChoose: setChosen };
  return (
    <>
      {unread.length > 0 && (
        <details className="note">
          <summary>{configurationPage.unreadKinds(unread.length)}</summary>
          <ul lang="en">
            {unread.map(({ message }) => (
              <li key={message}>{message}</li>
            ))}
          </ul>
        </details>
      )}
      {problems.map((problem) => (
        <p key={problem} className="problem" lang="en">
          {problem}
        </p>
      ))}
      <Segments
        label={configurationPage.shape}
        names={configurationPage.shapes}
        options={shapes}
        value={shape}
        onChange={(next) =>
          setSearch(
            (current) => {
              current.set("shape", next);
              return current;
            },
            { replace: true },
          )
        }
      />
      <div className="configuration">
        {shape === "list" ? <ConfigurationList {...view} /> : <ConfigurationGraph {...view} />}
        {node === undefined ? (
          <p className="empty">{configurationPage.choose}</p>
        ) : (
          <NodeDetail key={node.id} node={node} findings={findings.get(node.id) ?? []} />
        )}
      </div>
      <Examination doctor={doctor} />
    </>
  );
}
