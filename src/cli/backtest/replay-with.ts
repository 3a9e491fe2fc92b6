import { randomUUID } from "node:crypto";
import { isJsonObject, type JsonObject, member } from "../../json/value.ts";
import type { OfflineResources } from "../../offline/offline-resources.ts";
import { runStored } from "../../offline/offline-run.ts";
import { calling } from "../../offline/outgoing.ts";
import { KubeObjectCreator } from "../../sink/resource-creator.ts";
import type { CreatedObject, PairRecord, PairState, StoredEvent } from "../../triggers/event-journal.ts";
import { EventBody } from "../../triggers/trigger-event.ts";
import type { TriggerOutcome, TriggerVerdict } from "../../triggers/verdict.ts";
import type { Connection } from "../connection.ts";

/** Annotation of what a replay with another configuration creates: the ID of the event that was replayed. */
const replayAnnotation = "tektite.dev/replay-of";

/** What a replay came to. */
export interface ConfiguredReplay {
  readonly eventId: string;
  readonly pairs: readonly PairRecord[];
}

/**
 * Runs a stored event with a given configuration, as an event with an ID of its own, and creates the objects with the
 * caller's rights: the listener's account must not do what files on somebody's disk say.
 */
export async function replayWith(
  { client }: Connection,
  resources: OfflineResources,
  { event }: StoredEvent,
  listener: string,
): Promise<ConfiguredReplay | undefined> {
  const eventId = randomUUID();
  const { url, header, body, receivedAtMs } = event;
  const ref = { namespace: event.listener.namespace, name: listener };
  const again = { id: eventId, url, header, body: new EventBody(body), hasHashedSecrets: true };
  const outgoing = calling(resources.caBundles());
  const run = await runStored(resources, ref, again, { ...outgoing, eventId, nowMs: () => receivedAtMs });
  if (run === undefined) return undefined;
  const creator = new KubeObjectCreator(client);
  const pairs: PairRecord[] = [];
  for (const planned of run.verdicts) {
    const verdict = annotated(planned, event.id);
    const created: CreatedObject[] = [];
    let { outcome } = verdict;
    for (const index of verdict.objects.keys()) {
      const made = await creator.create(verdict, index, undefined, { isRepeated: false });
      if (made.ok) created.push(made.value);
      else {
        outcome = { kind: "failed", reason: "CreateFailed", message: made.error.message, canPass: false };
        break;
      }
    }
    pairs.push(pairOf({ ...verdict, outcome }, created));
  }
  return { eventId, pairs };
}

function annotated(verdict: TriggerVerdict, replayOf: string): TriggerVerdict {
  const objects = verdict.objects.map((planned) => {
    const metadata = member(planned.object, "metadata");
    const shown = isJsonObject(metadata) ? metadata : {};
    const annotations = member(metadata, "annotations");
    const more: JsonObject = { ...(isJsonObject(annotations) ? annotations : {}), [replayAnnotation]: replayOf };
    return { ...planned, object: { ...planned.object, metadata: { ...shown, annotations: more } } };
  });
  return { ...verdict, objects };
}

function pairOf(verdict: TriggerVerdict, created: readonly CreatedObject[]): PairRecord {
  const { eventId, trigger, outcome } = verdict;
  const nowMs = Date.now();
  const error = outcome.kind === "failed" ? { error: outcome.message } : {};
  const times = { startedAtMs: nowMs, updatedAtMs: nowMs };
  return { eventId, trigger, state: stateOf(outcome), attempts: 1, ...times, verdict, created, ...error };
}

function stateOf({ kind }: TriggerOutcome): PairState {
  return kind === "matched" ? "created" : kind;
}
