import type { Status } from "../api/object.ts";
import type { KubeClient } from "../kube/client.ts";
import { err, ok, type Result } from "../result.ts";
import { eventApi, eventKind } from "../triggers/event-object.ts";
import { eventsRefusal } from "./event-queries.ts";

/** Takes a stored event in again, by its own listener or by another of the namespace; the answer is the new event's id. */
export async function replayEvent(
  client: KubeClient,
  key: { readonly namespace: string; readonly id: string },
  listener: string | undefined,
): Promise<Result<string, Status>> {
  const created = await client.create(
    eventApi,
    {
      apiVersion: `${eventApi.group}/${eventApi.version}`,
      kind: eventKind,
      metadata: {},
      spec: { replayOf: key.id, ...(listener === undefined ? {} : { listener }) },
    },
    { namespace: key.namespace },
  );
  return created.ok ? ok(created.value.metadata.name ?? "") : err(eventsRefusal(created.error));
}
