import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { Finding } from "../../doctor/finding.ts";
import type { ConfigurationNode } from "./configuration-view.ts";
import { placeFindings } from "./place-findings.ts";

const node = (id: string, kind: string, more: Partial<ConfigurationNode> = {}): ConfigurationNode => ({
  id,
  kind,
  name: id,
  detail: "",
  state: "ok",
  problem: undefined,
  trigger: undefined,
  object: undefined,
  yaml: undefined,
  ...more,
});
const cel = { kind: "ClusterInterceptor", name: "cel" };
const nodes = [
  node("listener", "EventListener"),
  node("gone", "Trigger", { object: { kind: "Trigger", namespace: "ci", name: "gone" } }),
  node("one", "Trigger", { trigger: "triggers/one" }),
  node("one cel", "ClusterInterceptor", { trigger: "triggers/one", object: cel }),
  node("two", "Trigger", { trigger: "triggers/two" }),
  node("two cel", "ClusterInterceptor", { trigger: "triggers/two", object: cel }),
];

const vectors: readonly { readonly name: string; readonly at: Finding["at"]; readonly want: string }[] = [
  { name: "nowhere in particular", at: undefined, want: "listener" },
  { name: "an object of a trigger", at: { trigger: "triggers/two", object: cel }, want: "two cel" },
  {
    name: "an object outside of triggers",
    at: { object: { kind: "Trigger", namespace: "ci", name: "gone" } },
    want: "gone",
  },
  { name: "a trigger", at: { trigger: "triggers/one" }, want: "one" },
  {
    name: "an object that is not drawn",
    at: { trigger: "triggers/one", object: { kind: "Task", namespace: "ci", name: "x" } },
    want: "one",
  },
  { name: "a trigger that has gone", at: { trigger: "triggers/three" }, want: "listener" },
];

for (const { name, at, want } of vectors) {
  test(`a finding about ${name}`, () => {
    const finding: Finding = { level: "error", check: "c", message: "m", ...(at === undefined ? {} : { at }) };
    deepEqual([...placeFindings(nodes, [finding]).keys()], [want]);
  });
}
