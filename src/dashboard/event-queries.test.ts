import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { JsonValue } from "../json/value.ts";
import { KubeClient } from "../kube/client.ts";
import { clientFailure } from "../kube/status.ts";
import type { ApiResponse, ApiStream, KubeTransport } from "../kube/transport.ts";
import { followEvents } from "./event-queries.ts";

function event(name: string): JsonValue {
  return {
    apiVersion: "events.tektite.dev/v1alpha1",
    kind: "TriggerEvent",
    metadata: { name, namespace: "ci", resourceVersion: "2" },
    spec: { listener: "el", header: {} },
    status: { finished: true, verdicts: [] },
  };
}

const listed = (...items: readonly JsonValue[]) => ({
  status: 200,
  body: { metadata: { resourceVersion: "1" }, items },
});
const refused = (code: number) => ({ status: code, body: clientFailure(code, "Reason", `code ${code}`) as never });
const changes = (...events: readonly { readonly type: string; readonly object: JsonValue }[]) => ({
  status: 200,
  body: null,
  events,
});

/** A server that answers lists and watches one after another as the script says, and then has nothing more to tell. */
class ScriptedServer implements KubeTransport {
  readonly #lists: ReturnType<typeof listed | typeof refused>[];
  readonly #watches: (ReturnType<typeof changes> | ReturnType<typeof refused>)[];
  readonly #done: AbortController;

  constructor({ lists, watches = [] }: Pick<(typeof scripts)[number], "lists" | "watches">, done: AbortController) {
    this.#lists = [...lists];
    this.#watches = [...watches];
    this.#done = done;
  }

  async send(): Promise<ApiResponse> {
    const answer = this.#lists.shift();
    if (answer === undefined) throw new Error("it is asked for more lists than expected");
    return { ...answer, headers: {} };
  }

  async watch(): Promise<ApiStream<JsonValue>> {
    const answer = this.#watches.shift();
    if (answer === undefined) this.#done.abort();
    const items = answer !== undefined && "events" in answer ? answer.events : [];
    return {
      status: answer?.status ?? 200,
      body: answer?.body ?? null,
      items: (async function* () {
        yield* items;
      })(),
    };
  }

  stream(): Promise<ApiStream<Uint8Array>> {
    throw new Error("no log is expected");
  }

  as(): KubeTransport {
    return this;
  }
}

const scripts: readonly {
  readonly name: string;
  readonly lists: readonly (ReturnType<typeof listed> | ReturnType<typeof refused>)[];
  readonly watches?: readonly (ReturnType<typeof changes> | ReturnType<typeof refused>)[];
  readonly want: readonly string[];
}[] = [
  {
    name: "what is there, oldest first, then what comes",
    lists: [listed(), listed(event("second"), event("first"))],
    watches: [changes({ type: "ADDED", object: event("third") })],
    want: ["first", "second", "third"],
  },
  {
    name: "an event that is thrown away is no news",
    lists: [listed(), listed()],
    watches: [changes({ type: "DELETED", object: event("old") }, { type: "MODIFIED", object: event("new") })],
    want: ["new"],
  },
  {
    name: "a server that is away is told once each time",
    lists: [listed(), listed()],
    watches: [
      refused(503),
      refused(503),
      changes({ type: "ADDED", object: event("between") }),
      refused(500),
      changes({ type: "ADDED", object: event("after") }),
    ],
    want: ["problem 503", "between", "problem 500", "after"],
  },
  {
    name: "after a gap what is there is read anew",
    lists: [listed(), listed(event("before")), listed(), listed(event("missed"), event("before"))],
    watches: [refused(410)],
    want: ["before", "before", "missed"],
  },
  {
    name: "a right that is taken away ends it",
    lists: [listed(), listed()],
    watches: [refused(403)],
    want: ["problem 403, over"],
  },
  {
    name: "what is there cannot be read",
    lists: [listed(), refused(500)],
    want: ["problem 500, over"],
  },
];

for (const script of scripts) {
  test(`following events: ${script.name}`, async () => {
    const done = new AbortController();
    const client = new KubeClient(new ScriptedServer(script, done));
    const records = await followEvents(client, {}, { nowMs: 0, signal: done.signal });
    if (!records.ok) throw new Error(records.error.message);
    const told: string[] = [];
    for await (const record of records.value) {
      if (record.kind === "event") told.push(record.event.id);
      else told.push(`problem ${record.status.code}${record.isOver ? ", over" : ""}`);
    }
    deepEqual(told, script.want);
  });
}

test("following events: what may not be listed is refused at once", async () => {
  const done = new AbortController();
  const client = new KubeClient(new ScriptedServer({ lists: [refused(403)] }, done));
  const records = await followEvents(client, {}, { nowMs: 0, signal: done.signal });
  equal(records.ok ? undefined : records.error.code, 403);
});
