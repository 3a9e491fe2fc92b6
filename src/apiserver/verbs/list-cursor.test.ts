import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { err, ok } from "../../result.ts";
import { decodeCursor, encodeCursor } from "./list-cursor.ts";

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

test("a cursor comes back as it went", () => {
  const cursor = { revision: 7, start: "a\0" };
  deepEqual(decodeCursor(encodeCursor(cursor)), ok(cursor));
});

const vectors: readonly (readonly [string, string])[] = [
  ["a+b=", "continue key is not valid: illegal base64 data at input byte 1"],
  ["abcde", "continue key is not valid: illegal base64 data at input byte 4"],
  ["abc", "continue key is not valid: invalid character 'i' looking for beginning of value"],
  [encoded({ v: "v0" }), "continue key is not valid: server does not recognize this encoded version v0"],
  [
    encoded({ v: "meta.k8s.io/v1", start: "a" }),
    "continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)",
  ],
  [
    encoded({ v: "meta.k8s.io/v1", rv: 5 }),
    "continue key is not valid: encoded start key empty (version meta.k8s.io/v1)",
  ],
];
for (const [token, want] of vectors)
  test(`the continue token ${token} is refused`, () => deepEqual(decodeCursor(token), err(want)));
