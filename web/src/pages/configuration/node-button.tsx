import type { FocusEventHandler, ReactNode } from "react";
import type { ConfigurationNode } from "../../../../src/dashboard/views/configuration-view.ts";
import type { Finding } from "../../../../src/doctor/finding.ts";
import { useMessages } from "../../messages/messages-provider.tsx";

/** A station, which opens what is known of it. */
export function NodeButton({
  node,
  findings,
  chosen,
  onChoose,
  onFocus,
}: {
  readonly node: ConfigurationNode;
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
  readonly onFocus?: FocusEventHandler<HTMLButtonElement>;
}): ReactNode {
  const { configurationPage } = useMessages();
  const found = findings.get(node.id) ?? [];
  const isWrong = found.some(({ level }) => level === "error") || node.state === "missing";
  const isDoubtful = found.length > 0 || node.state === "unread";
  return (
    <button
      type="button"
      className={`node ${node.state} ${isWrong ? "wrong" : isDoubtful ? "doubtful" : ""}`}
      aria-pressed={chosen === node.id}
      onClick={() => onChoose(node.id)}
      onFocus={onFocus}
    >
      <span className="node-kind">
        {configurationPage.kinds[node.kind as keyof typeof configurationPage.kinds] ?? node.kind}
      </span>
      <span className="node-name" title={node.name}>
        {node.name === "" ? configurationPage.inline : node.name}
      </span>
      {node.state !== "ok" && <span className="node-state">{configurationPage.states[node.state]}</span>}
      {node.detail !== "" && (
        <span className="node-detail" title={node.detail}>
          {node.detail}
        </span>
      )}
      {found.length > 0 && <span className="node-findings">{configurationPage.findingCount(found.length)}</span>}
    </button>
  );
}
