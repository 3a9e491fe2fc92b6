import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { Matrix } from "../api/pipelines/pipeline.ts";
import { expandMatrix } from "./matrix.ts";

const p = (name: string, value: string | readonly string[]) => ({ name, value });

const vectors: readonly { readonly name: string; readonly matrix: Matrix; readonly want: readonly string[] }[] = [
  {
    name: "the first param changes fastest",
    matrix: { params: [p("p1", ["a", "b"]), p("p2", ["1", "2"])] },
    want: ["p1=a p2=1", "p1=b p2=1", "p1=a p2=2", "p1=b p2=2"],
  },
  {
    name: "an include adds where its values match",
    matrix: { params: [p("os", ["a", "b"])], include: [{ name: "i", params: [p("os", "b"), p("x", "1")] }] },
    want: ["os=a", "os=b x=1 (i)"],
  },
  {
    name: "an include with a new value is a combination of its own, once",
    matrix: {
      params: [p("os", ["a"]), p("v", ["1", "2"])],
      include: [{ name: "n", params: [p("os", "z"), p("v", "9")] }],
    },
    want: ["os=a v=1", "os=a v=2", "os=z v=9 (n)"],
  },
  {
    name: "an include with other params only adds everywhere",
    matrix: { params: [p("os", ["a", "b"])], include: [{ name: "all", params: [p("x", "1")] }] },
    want: ["os=a x=1 (all)", "os=b x=1 (all)"],
  },
  {
    name: "what an earlier include added counts for a later one",
    matrix: {
      params: [p("os", ["a", "b"])],
      include: [
        { name: "one", params: [p("os", "a"), p("x", "1")] },
        { name: "two", params: [p("x", "2")] },
      ],
    },
    want: ["os=a x=1 (one)", "os=b x=2 (two)"],
  },
  {
    name: "includes alone",
    matrix: { include: [{ name: "one", params: [p("x", "1")] }, { params: [p("x", "2")] }] },
    want: ["x=1 (one)", "x=2"],
  },
];

for (const { name, matrix, want } of vectors) {
  test(name, () => {
    const shown = expandMatrix(matrix).map(({ params, includes }) => {
      const text = params.map((param) => `${param.name}=${String(param.value)}`).join(" ");
      return includes.length === 0 ? text : `${text} (${includes.join(" ")})`;
    });
    deepEqual(shown, want);
  });
}
