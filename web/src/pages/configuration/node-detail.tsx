import type { ReactNode } from "react";
import type { ConfigurationNode, ObjectName } from "../../../../src/dashboard/views/configuration-view.ts";
import type { Finding } from "../../../../src/doctor/finding.ts";
import { CopyButton } from "../../components/copy-button.tsx";
import { Loading } from "../../components/loading.tsx";
import { Problem } from "../../components/problem.tsx";
import { YamlText } from "../../components/yaml-text.tsx";
import { useMessages } from "../../messages/messages-provider.tsx";
import { FindingList } from "./finding-list.tsx";
import { useYaml } from "./use-configuration.ts";

/** A station: what is wrong with it, how it is used, and its object's YAML. */
export function NodeDetail({
  node: { kind, name, state, problem, object, yaml },
  findings,
}: {
  readonly node: ConfigurationNode;
  readonly findings: readonly Finding[];
}): ReactNode {
  const { configurationPage } = useMessages();
  const kindName = configurationPage.kinds[kind as keyof typeof configurationPage.kinds] ?? kind;
  return (
    <section className="node-panel" aria-labelledby="node-title" aria-live="polite">
      <h2 id="node-title">
        {kindName} <span className="id">{name === "" ? configurationPage.inline : name}</span>
      </h2>
      {state !== "ok" && (
        <p className={state === "missing" ? "problem" : "note"}>
          {configurationPage.stateHelp[state]}
          {problem !== undefined && <span lang="en"> {problem}</span>}
        </p>
      )}
      <FindingList findings={findings} />
      {yaml !== undefined && <Yaml title={configurationPage.asWritten} text={yaml} />}
      {object !== undefined && state === "ok" && (
        <ObjectYaml object={object} title={yaml === undefined ? "YAML" : `${object.kind} ${object.name}`} />
      )}
    </section>
  );
}

function ObjectYaml({ object, title }: { readonly object: ObjectName; readonly title: string }): ReactNode {
  const yaml = useYaml(object);
  if (yaml.isPending) return <Loading />;
  if (yaml.isError) return <Problem error={yaml.error} />;
  return <Yaml title={title} text={yaml.data} />;
}

function Yaml({ title, text }: { readonly title: string; readonly text: string }): ReactNode {
  return (
    <>
      <div className="yaml-head">
        <h3>{title}</h3>
        <CopyButton text={text} />
      </div>
      <YamlText text={text} />
    </>
  );
}
