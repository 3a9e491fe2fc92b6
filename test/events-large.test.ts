import { deepEqual, equal, match } from "node:assert/strict";
import { test } from "node:test";
import { eventually, startUp, temporaryFolder } from "./harness.ts";
import { account, mayDoAll } from "./manifests.ts";

const listener = `${[account("large"), mayDoAll("large")].join("---\n")}---
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: large}
spec:
  serviceAccountName: large
  triggers:
    - name: t
      template: {spec: {resourcetemplates: [{apiVersion: v1, kind: ConfigMap, metadata: {generateName: x-}}]}}
`;

test("events with large bodies come a few at a time, and the doctor stops before they fill the memory", async (t) => {
  const up = await startUp(t, { dataDir: temporaryFolder(t), args: ["--runtime", "process"] });
  const applied = await up.tektite(["apply", "-"], { stdin: listener });
  equal(applied.exitCode, 0, applied.stderr);
  const ids: string[] = [];
  for (const letter of ["a", "b", "c", "d", "e"]) {
    const body = JSON.stringify({ text: letter.repeat(9_000_000) });
    const id = await eventually("an answer", async () => {
      const answer = await fetch(`${up.hooks}/default/large`, { method: "POST", body });
      return answer.status === 202 ? ((await answer.json()) as { eventID: string }).eventID : undefined;
    });
    ids.unshift(id);
  }
  const pages: (readonly string[])[] = [];
  let next = "";
  do {
    const path = `/apis/events.tektite.dev/v1alpha1/namespaces/default/triggerevents?view=full&limit=50&continue=${next}`;
    const { stdout } = await up.kubectl("new", ["get", "--raw", path]);
    const page = JSON.parse(stdout) as {
      readonly metadata: { readonly continue?: string };
      readonly items: readonly { readonly metadata: { readonly name: string } }[];
    };
    pages.push(page.items.map(({ metadata }) => metadata.name));
    next = page.metadata.continue ?? "";
  } while (next !== "");
  deepEqual(
    pages.map(({ length }) => length),
    [1, 1, 1, 1, 1],
  );
  deepEqual(pages.flat(), ids);
  const { stdout } = await up.tektite(["doctor", "el", "large"]);
  match(stdout, /✓ events: at least 4 events in the last 7d\n/);
});
