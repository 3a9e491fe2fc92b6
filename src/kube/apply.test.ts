import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { threeWayPatch } from "./apply.ts";

const vectors = [
  { name: "adds what is missing", previous: {}, wanted: { a: 1 }, live: {}, want: { a: 1 } },
  { name: "changes what differs", previous: { a: 1 }, wanted: { a: 2 }, live: { a: 1 }, want: { a: 2 } },
  {
    name: "removes what an earlier apply set",
    previous: { a: 1, b: 2 },
    wanted: { a: 1 },
    live: { a: 1, b: 2 },
    want: { b: null },
  },
  { name: "leaves what others set", previous: { a: 1 }, wanted: { a: 1 }, live: { a: 1, other: 2 }, want: undefined },
  {
    name: "goes into objects",
    previous: { m: { x: 1, y: 1 } },
    wanted: { m: { x: 2 } },
    live: { m: { x: 1, y: 1, z: 1 } },
    want: { m: { x: 2, y: null } },
  },
  {
    name: "replaces lists as a whole",
    previous: { l: [1] },
    wanted: { l: [1, 2] },
    live: { l: [1, 3] },
    want: { l: [1, 2] },
  },
  { name: "removes nothing that is gone already", previous: { a: 1 }, wanted: {}, live: {}, want: undefined },
];

for (const { name, previous, wanted, live, want } of vectors) {
  test(`threeWayPatch: ${name}`, () => {
    const patch = threeWayPatch(previous, wanted, live);
    deepEqual(patch === undefined ? undefined : JSON.parse(JSON.stringify(patch)), want);
  });
}
