import { type Edge, Handle, type Node, Position, ReactFlowProvider, useReactFlow, type Viewport } from "@xyflow/react";
import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { arrow, FlowCanvas } from "../../../components/flow-canvas.tsx";
import { useMessages } from "../../../messages/messages-provider.tsx";
import type { TaskOfGraph } from "../task-of-graph.ts";
import "./task-graph.css";
import { type Direction, type GraphLayout, layoutTasks, neighbour, nodeHeight, nodeWidth } from "./layout.ts";
import { TaskNode, type TaskNodeType } from "./task-node.tsx";

interface TaskGraphProps {
  readonly label: string;
  readonly tasks: readonly TaskOfGraph[];
  readonly chosen: string | undefined;
  readonly onChoose: (task: string) => void;
}

type GraphNode = TaskNodeType | Node<{ readonly label: string }, "finals">;

const nodeTypes = { task: TaskNode, finals: FinallyFrame };
const margin = 24;
const minZoom = 0.2;
/** Smaller, names cannot be read: a larger graph begins at its start instead. */
const minFirstZoom = 0.75;
/** Of more tasks than this only those in sight are drawn. */
const manyTasks = 120;
const framesId = "finally group";

/** The tasks of a run as a graph. */
export function TaskGraph(props: TaskGraphProps): ReactNode {
  return (
    <ReactFlowProvider>
      <Graph {...props} />
    </ReactFlowProvider>
  );
}

function Graph({ label, tasks, chosen, onChoose }: TaskGraphProps): ReactNode {
  const messages = useMessages();
  const flow = useReactFlow();
  const box = useRef<HTMLElement>(null);
  const graph = useLayout(tasks);
  const [focused, setFocused] = useState<string | undefined>(undefined);
  const onFocused = useCallback(() => setFocused(undefined), []);
  const onMove = (from: string, direction: Direction) => {
    const next = neighbour(graph, from, direction);
    const place = next === undefined ? undefined : graph.places.get(next);
    if (next === undefined || place === undefined) return;
    setFocused(next);
    // One that is out of sight is drawn, and takes the focus, once the view is there.
    if (!isInSight(place, flow.getViewport(), box.current))
      void flow.setCenter(place.x + nodeWidth / 2, place.y + nodeHeight / 2, { zoom: flow.getZoom() });
  };
  const nodes = nodesOf(graph, tasks, {
    finallyLabel: messages.finallyTask,
    chosen,
    focused,
    onFocused,
    onChoose,
    onMove,
  });
  const height = Math.min(Math.max(graph.height + 2 * margin, 170), 560);
  return (
    <section className="flow task-graph" ref={box} style={{ height }} aria-label={label}>
      <p className="hidden">{messages.runPage.graphHelp}</p>
      <FlowCanvas<GraphNode>
        nodes={nodes}
        edges={useMemo(() => edgesOf(graph), [graph])}
        nodeTypes={nodeTypes}
        minZoom={minZoom}
        onInit={({ setViewport }) => void setViewport(firstViewport(graph, box.current))}
        onlyRenderVisibleElements={tasks.length > manyTasks}
      />
    </section>
  );
}

function FinallyFrame({ data }: { readonly data: { readonly label: string } }): ReactNode {
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <div className="finally-frame">{data.label}</div>
    </>
  );
}

/** Laid out anew only when the pipeline is another, not when a task goes on. */
function useLayout(tasks: readonly TaskOfGraph[]): GraphLayout {
  const structure = JSON.stringify(tasks.map(({ graph: { task, after, isFinally } }) => ({ task, after, isFinally })));
  return useMemo(() => layoutTasks(JSON.parse(structure)), [structure]);
}

function nodesOf(
  graph: GraphLayout,
  tasks: readonly TaskOfGraph[],
  {
    finallyLabel,
    chosen,
    focused,
    onFocused,
    onChoose,
    onMove,
  }: {
    readonly finallyLabel: string;
    readonly chosen: string | undefined;
    readonly focused: string | undefined;
    readonly onFocused: () => void;
    readonly onChoose: (task: string) => void;
    readonly onMove: (task: string, direction: Direction) => void;
  },
): GraphNode[] {
  const { finals } = graph;
  const frame: GraphNode[] =
    finals === undefined
      ? []
      : [
          {
            id: framesId,
            type: "finals",
            position: { x: finals.x, y: finals.y },
            data: { label: finallyLabel },
            width: finals.width,
            height: finals.height,
            handles: [handle("target", 0, finals.height / 2)],
          },
        ];
  return [
    ...frame,
    ...tasks.map(
      (task): GraphNode => ({
        id: task.graph.task,
        type: "task",
        position: graph.places.get(task.graph.task) ?? { x: 0, y: 0 },
        width: nodeWidth,
        height: nodeHeight,
        handles: [handle("target", 0, nodeHeight / 2), handle("source", nodeWidth, nodeHeight / 2)],
        data: {
          task,
          isChosen: chosen === task.graph.task,
          takesFocus: focused === task.graph.task,
          onFocused,
          onChoose,
          onMove,
        },
      }),
    ),
  ];
}

/** Told beforehand, so that edges of what is out of sight need no measuring. */
function handle(type: "source" | "target", x: number, y: number) {
  return { type, position: type === "source" ? Position.Right : Position.Left, x, y, width: 1, height: 1 };
}

function edgesOf({ edges, finals }: GraphLayout): Edge[] {
  return [
    ...edges.map(({ from, to }) => arrow(from, to)),
    ...(finals?.after ?? []).map((from) => ({ ...arrow(from, framesId), className: "to-finally" })),
  ];
}

/** Whether a node can be seen whole. */
function isInSight(
  place: { readonly x: number; readonly y: number },
  view: Viewport,
  box: HTMLElement | null,
): boolean {
  const left = place.x * view.zoom + view.x;
  const top = place.y * view.zoom + view.y;
  const right = left + nodeWidth * view.zoom;
  const bottom = top + nodeHeight * view.zoom;
  return left >= 0 && top >= 0 && right <= (box?.clientWidth ?? 0) && bottom <= (box?.clientHeight ?? 0);
}

/** All of the graph where it can be read so, else its beginning. */
function firstViewport(graph: GraphLayout, box: HTMLElement | null): Viewport {
  const width = box?.clientWidth ?? 0;
  const height = box?.clientHeight ?? 0;
  const fitting = Math.min((width - 2 * margin) / graph.width, (height - 2 * margin) / graph.height);
  const zoom = Math.min(1, Math.max(minFirstZoom, fitting));
  return {
    zoom,
    x: Math.max(margin, (width - graph.width * zoom) / 2),
    y: Math.max(margin, (height - graph.height * zoom) / 2),
  };
}
