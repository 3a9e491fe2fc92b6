import { Graph, layout } from "@dagrejs/dagre";
import type { ConfigurationView } from "../../../../src/dashboard/views/configuration-view.ts";

export const nodeWidth = 188;
export const nodeHeight = 66;

/** Where the nodes are drawn: upper left corners by id, and the size of all. */
export interface Layout {
  readonly places: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
  readonly width: number;
  readonly height: number;
}

/** Lays a configuration out from left to right, as events go. */
export function layoutConfiguration({ nodes, edges }: Pick<ConfigurationView, "nodes" | "edges">): Layout {
  const graph = new Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 14, ranksep: 26 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) graph.setNode(id, { width: nodeWidth, height: nodeHeight });
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  const places = new Map<string, { readonly x: number; readonly y: number }>();
  let [width, height] = [0, 0];
  for (const { id } of nodes) {
    const { x = 0, y = 0 } = graph.node(id);
    places.set(id, { x: x - nodeWidth / 2, y: y - nodeHeight / 2 });
    width = Math.max(width, x + nodeWidth / 2);
    height = Math.max(height, y + nodeHeight / 2);
  }
  return { places, width, height };
}
