import {
  Background,
  BackgroundVariant,
  type Edge,
  MarkerType,
  type Node,
  Panel,
  ReactFlow,
  type ReactFlowProps,
  useReactFlow,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import type { ReactNode } from "react";
import { useMessages } from "../messages/messages-provider.tsx";
import "./flow-canvas.css";

/** An arrow from a node to another. */
export function arrow(from: string, to: string): Edge {
  return {
    id: `${from} ${to}`,
    source: from,
    target: to,
    markerEnd: { type: MarkerType.ArrowClosed, color: "var(--muted)", width: 14, height: 14 },
  };
}

/** A graph to look at, with buttons that zoom: nodes stay where they are, and the wheel scrolls the page. */
export function FlowCanvas<NodeType extends Node>(
  props: Pick<ReactFlowProps<NodeType>, "nodes" | "edges" | "nodeTypes" | "onInit" | "onlyRenderVisibleElements"> & {
    readonly minZoom: number;
  },
): ReactNode {
  const { runPage } = useMessages();
  const flow = useReactFlow();
  return (
    <ReactFlow<NodeType>
      {...props}
      maxZoom={1.5}
      nodesDraggable={false}
      nodesConnectable={false}
      nodesFocusable={false}
      edgesFocusable={false}
      elementsSelectable={false}
      zoomOnScroll={false}
      zoomOnDoubleClick={false}
      preventScrolling={false}
      disableKeyboardA11y
    >
      <Background variant={BackgroundVariant.Dots} gap={20} size={1} />
      <Panel position="bottom-left" className="flow-tools">
        <ZoomButton label={runPage.zoomOut} sign="−" onClick={() => void flow.zoomOut()} />
        <ZoomButton label={runPage.zoomIn} sign="+" onClick={() => void flow.zoomIn()} />
        <ZoomButton label={runPage.fit} sign="⤢" onClick={() => void flow.fitView({ maxZoom: 1 })} />
      </Panel>
    </ReactFlow>
  );
}

function ZoomButton({
  label,
  sign,
  onClick,
}: {
  readonly label: string;
  readonly sign: string;
  readonly onClick: () => void;
}): ReactNode {
  return (
    <button type="button" aria-label={label} title={label} onClick={onClick}>
      <span aria-hidden="true">{sign}</span>
    </button>
  );
}
