import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { Variables } from "./variables.ts";

const variables = new Variables()
  .setNamed("params", "plain", "v")
  .setNamed("params", "a.b", "dotted")
  .setNamed("params", "list", ["x", "y z"])
  .setNamed("params", "obj", { k: "value" })
  .setNamed("params", "nested", "$(params.plain)")
  .setNamed("results", "r.x", "/tekton/results/r.x", ".path");

const texts = [
  { name: "a name", text: "<$(params.plain)>", want: "<v>" },
  { name: "both bracket notations", text: `$(params['a.b']) $(params["a.b"])`, want: "dotted dotted" },
  { name: "an item", text: "$(params.list[1])", want: "y z" },
  { name: "a key", text: "$(params.obj.k)", want: "value" },
  { name: "an unknown name stays", text: "$(params.no) $(date +%s)", want: "$(params.no) $(date +%s)" },
  { name: "one pass", text: "$(params.nested)", want: "$(params.plain)" },
  { name: "a variable inside a command substitution", text: "$(echo $(params.plain))", want: "$(echo v)" },
  { name: "an open parenthesis", text: "$(params.plain", want: "$(params.plain" },
  { name: "a path behind brackets", text: "$(results['r.x'].path)", want: "/tekton/results/r.x" },
];

for (const { name, text, want } of texts) test(`text: ${name}`, () => equal(variables.text(text), want));

const values = [
  {
    name: "a list spreads in a list",
    value: ["a", "$(params.list[*])", "$(params.plain)"],
    want: ["a", "x", "y z", "v"],
  },
  { name: "a whole list", value: "$(params.list[*])", want: ["x", "y z"] },
  { name: "a bare list name", value: "$(params.list)", want: ["x", "y z"] },
  { name: "a whole object", value: "$(params.obj[*])", want: { k: "value" } },
  { name: "keys of an object", value: { z: "$(params.plain)" }, want: { z: "v" } },
];

for (const { name, value, want } of values) test(`value: ${name}`, () => deepEqual(variables.value(value), want));

test("an input of a when expression shows a list as JSON", () => {
  equal(variables.input("$(params.list[*])"), '["x","y z"]');
});

test("__proto__ is an ordinary name", () => {
  const odd = new Variables().setNamed("params", "o", JSON.parse('{"__proto__":"p"}'));
  equal(odd.text("$(params.o.__proto__)"), "p");
  deepEqual(Object.keys(odd.value("$(params.o[*])")), ["__proto__"]);
});
