import type { K8sObject, Resource } from "../api/object.ts";
import { type RunnerContext, timestamp } from "./runner-context.ts";

/**
 * Ends a run on which the runner itself has failed, so that nobody waits for it: a bug of ours, told as such. Answers
 * the run as it is then, undefined when it cannot be written.
 */
export async function failBrokenRun(
  context: RunnerContext,
  resource: Resource,
  run: K8sObject,
  error: unknown,
): Promise<K8sObject | undefined> {
  const { namespace, name = "" } = run.metadata;
  context.log.error(`the runner failed on a ${run.kind}`, {
    run: `${namespace}/${name}`,
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
  if (context.signal.aborted) return undefined;
  const message = `the runner failed on this run, which is a bug: ${error instanceof Error ? error.message : String(error)}`;
  const now = timestamp();
  const condition = { type: "Succeeded", status: "False", reason: "Failed", message, lastTransitionTime: now };
  const patched = await context.client.patch(
    resource,
    { namespace, name },
    { type: "merge", subresource: "status", body: { status: { conditions: [condition], completionTime: now } } },
  );
  return patched.ok ? patched.value : undefined;
}
