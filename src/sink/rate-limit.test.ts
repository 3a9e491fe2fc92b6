import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { RateLimit } from "./rate-limit.ts";

const listener = (annotations: Record<string, string>) => ({ metadata: { annotations } });
const whole = "tektite.dev/events-per-second";
const perSource = "tektite.dev/events-per-second-per-source";

/** Which of the events, given as [milliseconds, source], come in. */
function taken(
  annotations: Record<string, string>,
  events: readonly (readonly [number, string])[],
): readonly boolean[] {
  const limit = new RateLimit();
  return events.map(([atMs, source]) => limit.exceededBy(source, listener(annotations), atMs) === undefined);
}

const vectors: {
  name: string;
  annotations: Record<string, string>;
  events: (readonly [number, string])[];
  want: boolean[];
}[] = [
  {
    name: "no annotation, no limit",
    annotations: {},
    events: [
      [0, "a"],
      [0, "a"],
      [0, "a"],
    ],
    want: [true, true, true],
  },
  {
    name: "a second's worth at once, then as they refill",
    annotations: { [whole]: "2" },
    events: [
      [0, "a"],
      [0, "b"],
      [0, "c"],
      [400, "a"],
      [500, "a"],
      [5_000, "a"],
      [5_000, "a"],
      [5_000, "a"],
    ],
    want: [true, true, false, false, true, true, true, false],
  },
  {
    name: "one sender does not use up another's share",
    annotations: { [perSource]: "1" },
    events: [
      [0, "a"],
      [0, "a"],
      [0, "b"],
      [1_000, "a"],
    ],
    want: [true, false, true, true],
  },
  {
    name: "less than one a second",
    annotations: { [whole]: "0.5" },
    events: [
      [0, "a"],
      [1_000, "a"],
      [2_000, "a"],
    ],
    want: [true, false, true],
  },
  {
    name: "what is no number is no limit",
    annotations: { [whole]: "few" },
    events: [
      [0, "a"],
      [0, "a"],
    ],
    want: [true, true],
  },
];
for (const { name, annotations, events, want } of vectors) {
  test(name, () => deepEqual(taken(annotations, events), want));
}

test("the answer says which limit it was", () => {
  const limit = new RateLimit();
  const limited = listener({ [perSource]: "1" });
  limit.exceededBy("a", limited, 0);
  equal(limit.exceededBy("a", limited, 0), "more than 1 events a second from this address");
});
