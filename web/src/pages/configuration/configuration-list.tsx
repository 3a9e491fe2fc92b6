import type { ReactNode } from "react";
import type { ConfigurationNode, ConfigurationView } from "../../../../src/dashboard/views/configuration-view.ts";
import type { Finding } from "../../../../src/doctor/finding.ts";
import { useMessages } from "../../messages/messages-provider.tsx";
import { NodeButton } from "./node-button.tsx";

export interface ConfigurationProps {
  readonly configuration: ConfigurationView;
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

/** The configuration as a nested list: the listener, its triggers, the stations of each. */
export function ConfigurationList({ configuration, ...props }: ConfigurationProps): ReactNode {
  const messages = useMessages();
  const [listener, ...others] = configuration.nodes;
  if (listener === undefined) return null;
  // Stations follow their trigger; groups and what comes before any trigger stand for themselves.
  const groups: { readonly first: ConfigurationNode; readonly rest: ConfigurationNode[] }[] = [];
  for (const node of others) {
    const last = groups.at(-1);
    if (last !== undefined && node.trigger !== undefined && node.trigger === last.first.trigger) last.rest.push(node);
    else groups.push({ first: node, rest: [] });
  }
  const button = (node: ConfigurationNode) => <NodeButton node={node} {...props} />;
  return (
    <nav className="configuration-list" aria-label={messages.configuration}>
      <ul className="plain">
        <li>
          {button(listener)}
          <ul>
            {groups.map(({ first, rest }) => (
              <li key={first.id}>
                {button(first)}
                {rest.length > 0 && (
                  <ol>
                    {rest.map((node) => (
                      <li key={node.id}>{button(node)}</li>
                    ))}
                  </ol>
                )}
              </li>
            ))}
          </ul>
        </li>
      </ul>
    </nav>
  );
}
