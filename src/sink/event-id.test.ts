import { deepEqual, equal, match } from "node:assert/strict";
import { test } from "node:test";
import { newEventId } from "./event-id.ts";

test("ids of events have the form of UUIDs of version 4 and end with their time", () => {
  const times = [0, 255, Date.UTC(2026, 10, 22), 2 ** 48 - 1];
  const ids = times.map((time) => newEventId(time));
  for (const id of ids) match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  deepEqual(
    ids.map((id) => Number.parseInt(id.slice(24), 16)),
    times,
  );
  equal(new Set(Array.from({ length: 10_000 }, () => newEventId(0).slice(0, 8))).size > 9_990, true);
});
