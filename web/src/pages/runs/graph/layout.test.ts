import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { layoutTasks, neighbour, nodeHeight, nodeWidth } from "./layout.ts";

const task = (name: string, after: readonly string[] = [], isFinally = false) => ({ task: name, after, isFinally });

const pipeline = [
  task("clone"),
  task("lint", ["clone"]),
  task("build", ["clone"]),
  task("deploy", ["lint", "build"]),
  task("report", [], true),
  task("clean", [], true),
];

const large = Array.from({ length: 300 }, (_, index) =>
  task(
    `t${index}`,
    [index - 20, index - 20 - (index % 7)].filter((parent) => parent >= 0).map((parent) => `t${parent}`),
  ),
);

for (const { name, tasks } of [
  { name: "a pipeline", tasks: pipeline },
  { name: "a pipeline of 300 tasks", tasks: large },
  { name: "101 tasks that wait for nothing", tasks: Array.from({ length: 101 }, (_, index) => task(`t${index}`)) },
]) {
  test(`in ${name} every task is right of those that it waits for, and none covers another`, () => {
    const { places, edges, width, height } = layoutTasks(tasks);
    equal(places.size, tasks.length);
    for (const { from, to } of edges) {
      equal((places.get(to)?.x ?? 0) >= (places.get(from)?.x ?? 0) + nodeWidth, true, `${from} -> ${to}`);
    }
    const all = [...places.values()];
    const overlaps = all.flatMap((a, index) =>
      all.slice(index + 1).filter((b) => Math.abs(a.x - b.x) < nodeWidth && Math.abs(a.y - b.y) < nodeHeight),
    );
    deepEqual(overlaps, []);
    equal(
      all.every(({ x, y }) => x >= 0 && y >= 0 && x + nodeWidth <= width && y + nodeHeight <= height),
      true,
    );
  });
}

test("many tasks that wait for each other in a circle are drawn", () => {
  const circle = Array.from({ length: 150 }, (_, index) => task(`t${index}`, [`t${(index + 1) % 150}`]));
  equal(layoutTasks(circle).places.size, 150);
});

test("finally tasks stand in a frame right of everything, which comes after the last tasks", () => {
  const { places, finals } = layoutTasks(pipeline);
  deepEqual(finals?.after, ["deploy"]);
  for (const name of ["report", "clean"]) {
    const { x = 0, y = 0 } = places.get(name) ?? {};
    equal(x > (finals?.x ?? 0) && x + nodeWidth < (finals?.x ?? 0) + (finals?.width ?? 0), true);
    equal(y > (finals?.y ?? 0) && y + nodeHeight < (finals?.y ?? 0) + (finals?.height ?? 0), true);
  }
  equal((finals?.x ?? 0) > (places.get("deploy")?.x ?? 0) + nodeWidth, true);
});

test("an edge from a task that is not in the pipeline is left out; a pipeline of finally tasks alone is drawn", () => {
  deepEqual(layoutTasks([task("a", ["none"])]).edges, []);
  equal(layoutTasks([task("last", [], true)]).finals?.x, 0);
  deepEqual(layoutTasks([]).places.size, 0);
});

const moves = [
  { from: "clone", direction: "right", want: ["lint", "build"] },
  { from: "deploy", direction: "left", want: ["lint", "build"] },
  { from: "deploy", direction: "right", want: ["report", "clean"] },
  { from: "clone", direction: "left", want: [undefined] },
] as const;

for (const { from, direction, want } of moves) {
  test(`the arrow to the ${direction} of ${from} leads to ${want.join(" or ")}`, () => {
    const found = neighbour(layoutTasks(pipeline), from, direction);
    equal((want as readonly (string | undefined)[]).includes(found), true, String(found));
  });
}

test("arrows up and down go through a column", () => {
  const graph = layoutTasks(pipeline);
  const column = ["lint", "build"].sort((a, b) => (graph.places.get(a)?.y ?? 0) - (graph.places.get(b)?.y ?? 0));
  equal(neighbour(graph, column[0] ?? "", "down"), column[1]);
  equal(neighbour(graph, column[1] ?? "", "up"), column[0]);
  equal(neighbour(graph, column[0] ?? "", "up"), undefined);
});
