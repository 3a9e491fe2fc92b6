import { equal, ok } from "node:assert/strict";
import { test } from "node:test";
import type { K8sObject } from "../../object.ts";
import { admitPipelinesObject } from "../admission.ts";

/** How the refusals of Tekton's validating webhook begin. */
export const denied =
  'admission webhook "validation.webhook.pipeline.tekton.dev" denied the request: validation failed: ';

/** An object that may not be created, and the whole text that says why. */
export interface Refusal {
  readonly name: string;
  readonly object: K8sObject;
  readonly message: string;
  /** Of the ConfigMap `feature-flags`. */
  readonly flags?: Readonly<Record<string, string>>;
}

/** A test for each. */
export function testRefusals(refusals: readonly Refusal[]): void {
  for (const { name, object: refused, message, flags } of refusals) {
    test(`refuses ${name}`, () => {
      const answer = admitPipelinesObject({
        operation: "CREATE",
        object: refused,
        configMaps: flags === undefined ? {} : { "feature-flags": flags },
      });
      ok(!answer.ok);
      equal(answer.error.message, message);
      equal(answer.error.code, 400);
    });
  }
}
