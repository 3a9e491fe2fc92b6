import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { findWrongType } from "./wrong-type.ts";

const pipeline = {
  spec: { params: [{ name: "a" }, { name: true }], tasks: [{ retries: "3" }], labels: { a: "b", c: 1 } },
};
const quotes = "write it in quotes";
const words = "write it in quotes: without them yes, no, on, off, y and n are true and false";

const vectors = [
  {
    name: "in a list",
    message: "json: cannot unmarshal bool into Go struct field ParamSpec.spec.params.name of type string",
    want: { path: "spec.params[1].name", hint: words },
  },
  {
    name: "in a map",
    message: "json: cannot unmarshal number into Go struct field X.spec.labels of type string",
    want: { path: "spec.labels.c", hint: quotes },
  },
  {
    name: "a text for a number",
    message: "json: cannot unmarshal string into Go struct field T.spec.tasks.retries of type int",
    want: { path: "spec.tasks[0].retries", hint: "write it without quotes" },
  },
  {
    name: "a list for an object",
    message: "json: cannot unmarshal array into Go struct field T.spec.params of type v1.Params",
    want: { path: "spec.params", hint: "" },
  },
  {
    name: "nowhere",
    message: "json: cannot unmarshal bool into Go struct field T.spec.x of type string",
    want: undefined,
  },
  { name: "something else", message: 'json: unknown field "x"', want: undefined },
];
for (const { name, message, want } of vectors) {
  test(`a value of the wrong type: ${name}`, () => deepEqual(findWrongType(pipeline, message), want));
}
