import { equal } from "node:assert/strict";
import { test } from "node:test";
import type { EventQuery } from "../store/journal/event-reader.ts";
import { matchesQuery } from "./event-matches.ts";

const event = {
  apiVersion: "events.tektite.dev/v1alpha1",
  kind: "TriggerEvent",
  metadata: { name: "a", namespace: "ci" },
  spec: { listener: "pushes", repository: "Acme/Shop", receivedAt: "1970-01-01T00:00:02.000Z" },
  status: { verdicts: [{ trigger: { name: "branch" }, state: "filtered" }] },
};

const vectors: readonly { readonly query: Omit<EventQuery, "limit">; readonly want: boolean }[] = [
  { query: {}, want: true },
  { query: { listener: { name: "pushes" } }, want: true },
  { query: { listener: { name: "push" } }, want: false },
  { query: { repository: "shop" }, want: true },
  { query: { repository: "site" }, want: false },
  { query: { trigger: "branch", state: "filtered" }, want: true },
  { query: { trigger: "tag" }, want: false },
  { query: { state: "created" }, want: false },
  { query: { replayOf: "b" }, want: false },
  { query: { sinceMs: 2_000, untilMs: 2_001 }, want: true },
  { query: { sinceMs: 2_001 }, want: false },
  { query: { untilMs: 2_000 }, want: false },
];

for (const { query, want } of vectors) {
  test(`${JSON.stringify(query)} lets it ${want ? "" : "not "}through`, () =>
    equal(matchesQuery(event, { ...query, limit: 1 }), want));
}
