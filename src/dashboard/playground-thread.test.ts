import { equal } from "node:assert/strict";
import { test } from "node:test";
import type { PlaygroundInput } from "../offline/playground.ts";
import { PlaygroundThread } from "./playground-thread.ts";

const request = "POST / HTTP/1.1\n\n{}";
/** Each expression uses up what one may cost. */
const slow = Array.from(
  { length: 60 },
  (_, index) =>
    `    - {interceptors: [{ref: {name: cel}, params: [{name: filter, value: "[1,2,3,4,5,6,7,8,9,${index}].all(a, [1,2,3,4,5,6,7,8,9].all(b, [1,2,3,4,5,6,7,8,9].all(c, [1,2,3,4,5,6,7,8,9].all(d, [1,2,3,4,5,6,7,8,9].all(e, [1,2,3,4,5,6,7,8,9].all(f, [1,2,3,4,5,6,7,8,9].all(g, a + b + c + d + e + f + g > 0)))))))"}]}], template: {spec: {resourcetemplates: [{apiVersion: tekton.dev/v1, kind: TaskRun, metadata: {generateName: a-}, spec: {taskRef: {name: a}}}]}}}`,
).join("\n");

function expression(text: string): PlaygroundInput {
  return { request, what: { kind: "expression", text } };
}

test("the playground: what takes too long is ended, and the next one is answered", async (t) => {
  const thread = new PlaygroundThread(Date.now);
  t.after(() => thread.stop());
  equal((await thread.run(expression("1 + 1"))).ok, true);
  const text = `apiVersion: triggers.tekton.dev/v1beta1\nkind: EventListener\nmetadata: {name: el}\nspec:\n  triggers:\n${slow}\n`;
  const [ended, next] = await Promise.all([
    thread.run({ request, what: { kind: "manifests", text, namespace: "default" } }),
    thread.run(expression("1 + 2")),
  ]);
  equal(ended.ok ? "answered" : ended.error.code, 504);
  equal(next.ok ? next.value.expression?.value : next.error.message, "3");
});

test("the playground: only so many wait", async (t) => {
  const thread = new PlaygroundThread(Date.now);
  t.after(() => thread.stop());
  const all = await Promise.all(Array.from({ length: 20 }, () => thread.run(expression("1"))));
  const codes = all.map((result) => (result.ok ? 200 : result.error.code));
  equal(codes.filter((code) => code === 200).length, 17);
  equal(codes.filter((code) => code === 429).length, 3);
});
