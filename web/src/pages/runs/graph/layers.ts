/** A task with those of the pipeline that it waits for. */
interface LayeredTask {
  readonly task: string;
  readonly after: readonly string[];
}

interface Layers {
  /** Upper left corners. */
  readonly places: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
  readonly width: number;
  readonly height: number;
}

/**
 * Lays out a graph of hundreds of tasks in a few milliseconds: each task in the column behind the last that it waits
 * for, as near to their height as those above it allow. Tasks that wait for each other in a circle come first.
 */
export function layerTasks(
  tasks: readonly LayeredTask[],
  size: { readonly width: number; readonly height: number; readonly columnGap: number; readonly rowGap: number },
): Layers {
  const ranks = ranksOf(tasks);
  const columns = Map.groupBy(tasks, ({ task }) => ranks.get(task) ?? 0);
  const places = new Map<string, { readonly x: number; readonly y: number }>();
  let height = 0;
  for (const rank of [...columns.keys()].sort((a, b) => a - b)) {
    const wanted = (columns.get(rank) ?? []).map(({ task, after }) => ({ task, y: meanHeight(after, places) }));
    let y = 0;
    for (const entry of wanted.sort((a, b) => a.y - b.y)) {
      const place = { x: rank * (size.width + size.columnGap), y: Math.max(y, entry.y) };
      places.set(entry.task, place);
      y = place.y + size.height + size.rowGap;
      height = Math.max(height, place.y + size.height);
    }
  }
  const last = Math.max(-1, ...columns.keys());
  return { places, width: Math.max(0, (last + 1) * (size.width + size.columnGap) - size.columnGap), height };
}

function meanHeight(after: readonly string[], places: ReadonlyMap<string, { readonly y: number }>): number {
  const heights = after.flatMap((task) => places.get(task)?.y ?? []);
  return heights.length === 0 ? 0 : heights.reduce((sum, y) => sum + y, 0) / heights.length;
}

/** The length of the longest way to each task. */
function ranksOf(tasks: readonly LayeredTask[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  const waiting = new Map(tasks.map(({ task, after }) => [task, after.length]));
  const children = new Map<string, string[]>();
  for (const { task, after } of tasks) {
    for (const parent of after) {
      const known = children.get(parent);
      if (known === undefined) children.set(parent, [task]);
      else known.push(task);
    }
  }
  const ready = tasks.filter(({ after }) => after.length === 0).map(({ task }) => task);
  for (const task of ready) {
    const rank = ranks.get(task) ?? 0;
    for (const child of children.get(task) ?? []) {
      ranks.set(child, Math.max(ranks.get(child) ?? 0, rank + 1));
      const left = (waiting.get(child) ?? 1) - 1;
      waiting.set(child, left);
      if (left === 0) ready.push(child);
    }
  }
  return ranks;
}
