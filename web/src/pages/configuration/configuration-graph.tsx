import { Handle, type Node, type NodeProps, Position, ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { type ReactNode, useMemo } from "react";
import type { ConfigurationNode } from "../../../../src/dashboard/views/configuration-view.ts";
import { arrow, FlowCanvas } from "../../components/flow-canvas.tsx";
import { useMessages } from "../../messages/messages-provider.tsx";
import type { ConfigurationProps } from "./configuration-list.tsx";
import { layoutConfiguration, nodeHeight, nodeWidth } from "./graph-layout.ts";
import { NodeButton } from "./node-button.tsx";

type Station = Node<Omit<ConfigurationProps, "configuration"> & { readonly node: ConfigurationNode }, "station">;

const nodeTypes = { station: StationNode };
const margin = 20;
/** Smaller, names cannot be read: a larger graph begins at its start instead. */
const minFirstZoom = 0.7;

/** The configuration as a graph, from the listener at the left to what is created at the right. */
export function ConfigurationGraph(props: ConfigurationProps): ReactNode {
  return (
    <ReactFlowProvider>
      <Canvas {...props} />
    </ReactFlowProvider>
  );
}

function Canvas({ configuration, ...view }: ConfigurationProps): ReactNode {
  const messages = useMessages();
  const flow = useReactFlow();
  const { nodes, edges } = configuration;
  const placed = useMemo(() => layoutConfiguration({ nodes, edges }), [nodes, edges]);
  const stations = nodes.map(
    (node): Station => ({
      id: node.id,
      type: "station",
      position: placed.places.get(node.id) ?? { x: 0, y: 0 },
      width: nodeWidth,
      height: nodeHeight,
      data: { ...view, node },
    }),
  );
  const arrows = edges.map(({ from, to }) => arrow(from, to));
  const height = Math.min(Math.max(placed.height + 2 * margin, 200), 620);
  return (
    <section
      className="flow configuration-graph"
      style={{ height }}
      aria-label={messages.configurationPage.shapes.graph}
    >
      <FlowCanvas<Station>
        nodes={stations}
        edges={arrows}
        nodeTypes={nodeTypes}
        minZoom={0.2}
        onInit={({ fitView, setViewport }) => {
          void fitView({ maxZoom: 1, padding: 0.04 }).then(() => {
            if (flow.getZoom() < minFirstZoom) void setViewport({ x: margin, y: margin, zoom: minFirstZoom });
          });
        }}
      />
    </section>
  );
}

function StationNode({ data }: NodeProps<Station>): ReactNode {
  const flow = useReactFlow();
  const place = flow.getNode(data.node.id)?.position;
  return (
    <div className="station">
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <NodeButton
        {...data}
        onFocus={({ target }) => {
          // What the keyboard reaches out of sight comes into sight.
          if (place === undefined || !target.matches(":focus-visible")) return;
          void flow.setCenter(place.x + nodeWidth / 2, place.y + nodeHeight / 2, { zoom: flow.getZoom() });
        }}
      />
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
}
