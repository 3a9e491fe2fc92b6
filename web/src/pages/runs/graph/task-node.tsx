import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { memo, type ReactNode, useEffect, useRef } from "react";
import { StateBadge } from "../../../components/badge.tsx";
import { Duration } from "../../../components/time.tsx";
import { useMessages } from "../../../messages/messages-provider.tsx";
import { isEnded, type TaskOfGraph } from "../task-of-graph.ts";
import type { Direction } from "./layout.ts";

export type TaskNodeType = Node<TaskNodeData, "task">;

interface TaskNodeData extends Record<string, unknown> {
  readonly task: TaskOfGraph;
  readonly isChosen: boolean;
  /** Takes the focus once it is drawn, and says so. */
  readonly takesFocus: boolean;
  readonly onFocused: () => void;
  readonly onChoose: (task: string) => void;
  readonly onMove: (task: string, direction: Direction) => void;
}

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** A task in the graph, a button that chooses it. */
export const TaskNode = memo(function TaskNode({ data }: NodeProps<TaskNodeType>): ReactNode {
  const { task, isChosen, takesFocus, onFocused, onChoose, onMove } = data;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!takesFocus) return;
    button.current?.focus({ preventScroll: true });
    onFocused();
  }, [takesFocus, onFocused]);
  const { state, displayName, task: name } = task.graph;
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <button
        ref={button}
        type="button"
        className={`task-node ${state}`}
        aria-pressed={isChosen}
        data-task={name}
        onClick={() => onChoose(name)}
        onKeyDown={(event) => {
          const direction = directions[event.key];
          if (direction === undefined) return;
          event.preventDefault();
          onMove(name, direction);
        }}
      >
        <span className="task-node-name" title={displayName ?? name}>
          {displayName ?? name}
        </span>
        <span className="task-node-facts">
          <StateBadge state={state} /> <NodeFacts task={task} />
        </span>
      </button>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </>
  );
});

function NodeFacts({ task: { graph, runs, startedAt, completedAt } }: { readonly task: TaskOfGraph }): ReactNode {
  const { runPage } = useMessages();
  const attempts = Math.max(0, ...runs.map((run) => run.attempts.length));
  return (
    <>
      {graph.isMatrix && runs.some(({ name }) => name !== undefined) && (
        <span title={runPage.ofRuns(runs.filter(isEnded).length, runs.length)}>
          {runs.filter(isEnded).length}/{runs.length}
        </span>
      )}
      {startedAt !== undefined && (
        <span>
          <Duration from={startedAt} to={completedAt} />
        </span>
      )}
      {attempts > 0 && <span>{runPage.retries(attempts)}</span>}
    </>
  );
}
