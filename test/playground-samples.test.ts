import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { runPlayground } from "../src/offline/playground.ts";
import { samples } from "../web/src/pages/playground/samples.ts";

for (const { name, request, manifests } of samples) {
  test(`the sample ${name} runs as it stands`, async () => {
    const { problems, runs } = await runPlayground(
      { request, what: { kind: "manifests", text: manifests, namespace: "default" } },
      0,
    );
    deepEqual(problems, []);
    deepEqual(
      runs.flatMap(({ triggers }) => triggers.map(({ state, objects, message }) => [state, objects.length, message])),
      [["created", 1, ""]],
    );
  });
}
