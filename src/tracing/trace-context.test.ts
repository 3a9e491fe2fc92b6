import { deepEqual, equal, notEqual } from "node:assert/strict";
import { test } from "node:test";
import { carrierOf, namedContext, readCarrier, readTraceContext } from "./trace-context.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";
const sampled = { traceId, spanId, isSampled: true };

// The rules of W3C's Trace Context, section "traceparent header".
const vectors: readonly { name: string; parent: unknown; state?: unknown; want: unknown }[] = [
  { name: "recorded", parent: `00-${traceId}-${spanId}-01`, want: sampled },
  { name: "not recorded", parent: `00-${traceId}-${spanId}-00`, want: { ...sampled, isSampled: false } },
  { name: "other flags", parent: `00-${traceId}-${spanId}-03`, want: sampled },
  { name: "a later version with more in it", parent: `cc-${traceId}-${spanId}-01-what`, want: sampled },
  { name: "more than version 00 has", parent: `00-${traceId}-${spanId}-01-what`, want: undefined },
  { name: "version ff", parent: `ff-${traceId}-${spanId}-01`, want: undefined },
  { name: "no trace", parent: `00-${"0".repeat(32)}-${spanId}-01`, want: undefined },
  { name: "no span", parent: `00-${traceId}-${"0".repeat(16)}-01`, want: undefined },
  { name: "capitals", parent: `00-${traceId.toUpperCase()}-${spanId}-01`, want: undefined },
  { name: "too short", parent: `00-${traceId}-${spanId}`, want: undefined },
  { name: "no header", parent: undefined, want: undefined },
  {
    name: "state",
    parent: `00-${traceId}-${spanId}-01`,
    state: "a=1,b=2",
    want: { ...sampled, traceState: "a=1,b=2" },
  },
  { name: "too long a state", parent: `00-${traceId}-${spanId}-01`, state: `a=${"1".repeat(511)}`, want: sampled },
  { name: "a state with a line break", parent: `00-${traceId}-${spanId}-01`, state: "a=1\nb", want: sampled },
  { name: "a state without a parent", parent: "", state: "a=1", want: undefined },
];

for (const { name, parent, state, want } of vectors) {
  test(`traceparent: ${name}`, () => deepEqual(readTraceContext(parent, state), want));
}

test("a context survives an annotation", () => {
  for (const context of [sampled, { ...sampled, isSampled: false, traceState: "a=1" }]) {
    deepEqual(readCarrier(JSON.stringify(carrierOf(context))), context);
  }
  for (const text of [undefined, "", "{", "[]", '{"traceparent":1}', " ".repeat(5000)])
    equal(readCarrier(text), undefined);
});

test("who knows the name works out the same context, with its own trace or the parent's", () => {
  deepEqual(namedContext("event 1", undefined, 1), namedContext("event 1", undefined, 1));
  notEqual(namedContext("event 1", undefined, 1).traceId, namedContext("event 2", undefined, 1).traceId);
  const child = namedContext("event 1", { ...sampled, traceState: "a=1" }, 0);
  deepEqual([child.traceId, child.isSampled, child.traceState], [traceId, true, "a=1"]);
  notEqual(child.spanId, spanId);
});

test("of the traces that begin, the wanted share is recorded", () => {
  const share = (rate: number) =>
    Array.from({ length: 2000 }, (_, n) => namedContext(`event ${n}`, undefined, rate)).filter((each) => each.isSampled)
      .length / 2000;
  deepEqual([share(0), share(1)], [0, 1]);
  equal(Math.round(share(0.3) * 10) / 10, 0.3);
});
