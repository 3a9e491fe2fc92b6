import { Graph, layout } from "@dagrejs/dagre";
import type { GraphTask } from "../../../../../src/dashboard/views/run-view.ts";
import { layerTasks } from "./layers.ts";

export const nodeWidth = 208;
export const nodeHeight = 58;
const gap = 18;
const rankGap = 64;
/** Around the finally tasks, with room for their heading above. */
const groupPadding = 14;
const groupHeading = 24;
/** A larger graph is laid out in simple layers: dagre would take too long. */
const manyTasks = 100;
/** The end of more tasks than this is not drawn to the finally group: the lines would be one blot. */
const maxLastTasks = 12;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Where everything of a graph is drawn; places are upper left corners. */
export interface GraphLayout {
  readonly places: ReadonlyMap<string, Place>;
  readonly edges: readonly { readonly from: string; readonly to: string }[];
  /** Frame of the finally tasks. */
  readonly finals:
    | (Place & { readonly width: number; readonly height: number; readonly after: readonly string[] })
    | undefined;
  readonly width: number;
  readonly height: number;
}

type LayoutTask = Pick<GraphTask, "task" | "after" | "isFinally">;

/** Lays tasks out from left to right behind what they wait for, finally tasks in a frame of their own at the right. */
export function layoutTasks(tasks: readonly LayoutTask[]): GraphLayout {
  const dag = tasks.filter(({ isFinally }) => !isFinally);
  const known = new Set(dag.map(({ task }) => task));
  const edges = dag.flatMap(({ task, after }) =>
    after.filter((from) => known.has(from)).map((from) => ({ from, to: task })),
  );
  const { places: placed, width, height } = dag.length > manyTasks ? layerDag(dag, known) : layoutDag(dag, edges);
  const places = new Map(placed);
  const finals = placeFinals(tasks, places, { width, height, edges });
  return {
    places,
    edges,
    finals,
    width: Math.max(width, finals === undefined ? 0 : finals.x + finals.width),
    height: Math.max(height, finals === undefined ? 0 : finals.y + finals.height),
  };
}

interface PlacedTasks {
  readonly places: ReadonlyMap<string, Place>;
  readonly width: number;
  readonly height: number;
}

function layerDag(tasks: readonly LayoutTask[], known: ReadonlySet<string>): PlacedTasks {
  return layerTasks(
    tasks.map(({ task, after }) => ({ task, after: after.filter((parent) => known.has(parent)) })),
    { width: nodeWidth, height: nodeHeight, columnGap: rankGap, rowGap: gap },
  );
}

function layoutDag(tasks: readonly LayoutTask[], edges: GraphLayout["edges"]): PlacedTasks {
  const places = new Map<string, Place>();
  let width = 0;
  let height = 0;
  if (tasks.length === 0) return { places, width, height };
  const graph = new Graph();
  graph.setGraph({ rankdir: "LR", nodesep: gap, ranksep: rankGap });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { task } of tasks) graph.setNode(task, { width: nodeWidth, height: nodeHeight });
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  for (const { task } of tasks) {
    const { x = 0, y = 0 } = graph.node(task);
    places.set(task, { x: x - nodeWidth / 2, y: y - nodeHeight / 2 });
    width = Math.max(width, x + nodeWidth / 2);
    height = Math.max(height, y + nodeHeight / 2);
  }
  return { places, width, height };
}

/** Puts finally tasks in columns as high as the graph; the lower of both comes into the middle of the other's height. */
function placeFinals(
  tasks: readonly LayoutTask[],
  places: Map<string, Place>,
  { width, height, edges }: Pick<GraphLayout, "width" | "height" | "edges">,
): GraphLayout["finals"] {
  const finals = tasks.filter(({ isFinally }) => isFinally);
  if (finals.length === 0) return undefined;
  const rows = Math.min(finals.length, Math.max(4, Math.floor(height / (nodeHeight + gap))));
  const columns = Math.ceil(finals.length / rows);
  const frame = {
    x: width === 0 ? 0 : width + rankGap,
    width: columns * (nodeWidth + gap) - gap + 2 * groupPadding,
    height: rows * (nodeHeight + gap) - gap + 2 * groupPadding + groupHeading,
  };
  const y = Math.max(0, (height - frame.height) / 2);
  const lower = Math.max(0, (frame.height - height) / 2);
  for (const [task, place] of places) places.set(task, { ...place, y: place.y + lower });
  for (const [index, { task }] of finals.entries()) {
    places.set(task, {
      x: frame.x + groupPadding + Math.floor(index / rows) * (nodeWidth + gap),
      y: y + groupPadding + groupHeading + (index % rows) * (nodeHeight + gap),
    });
  }
  const begun = new Set(edges.map(({ from }) => from));
  const last = tasks.filter(({ task, isFinally }) => !isFinally && !begun.has(task)).map(({ task }) => task);
  return { ...frame, y, after: last.length > maxLastTasks ? [] : last };
}

export type Direction = "left" | "right" | "up" | "down";

/** The task that an arrow key leads to: along an edge, or to the neighbour above or below; undefined: there is none. */
export function neighbour(graph: GraphLayout, task: string, direction: Direction): string | undefined {
  const here = graph.places.get(task);
  if (here === undefined) return undefined;
  const linked = direction === "left" || direction === "right" ? nextByEdge(graph, task, direction) : undefined;
  if (linked !== undefined) return linked;
  const candidates = [...graph.places].filter(([, place]) => isThere(here, place, direction));
  const distance = (place: Place) => Math.abs(place.x - here.x) + Math.abs(place.y - here.y);
  return candidates.sort(([, a], [, b]) => distance(a) - distance(b))[0]?.[0];
}

function nextByEdge(graph: GraphLayout, task: string, direction: "left" | "right"): string | undefined {
  const edge = graph.edges.find(({ from, to }) => (direction === "right" ? from : to) === task);
  return direction === "right" ? edge?.to : edge?.from;
}

function isThere(here: Place, place: Place, direction: Direction): boolean {
  const isSameColumn = Math.abs(place.x - here.x) < nodeWidth / 2;
  switch (direction) {
    case "left":
      return place.x < here.x - nodeWidth / 2;
    case "right":
      return place.x > here.x + nodeWidth / 2;
    case "up":
      return isSameColumn && place.y < here.y;
    case "down":
      return isSameColumn && place.y > here.y;
    default:
      return direction satisfies never;
  }
}
