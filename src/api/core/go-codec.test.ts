import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { JsonValue } from "../../json/value.ts";
import { goTypes } from "./core-types.ts";
import { decodeGo } from "./go-codec.ts";

const canonical: readonly {
  name: string;
  kind: string;
  given: JsonValue;
  object: JsonValue;
  unknown?: readonly string[];
}[] = [
  {
    name: "empty optional values are left out",
    kind: "ConfigMap",
    given: { metadata: { name: "a", labels: {} }, data: {} },
    object: { metadata: { name: "a" } },
  },
  {
    name: "a pointer keeps an empty value",
    kind: "ConfigMap",
    given: { immutable: false },
    object: { metadata: {}, immutable: false },
  },
  { name: "nulls count as absent", kind: "ConfigMap", given: { data: null }, object: { metadata: {} } },
  {
    name: "keys of maps are sorted",
    kind: "ConfigMap",
    given: { data: { b: "2", a: "1" } },
    object: { metadata: {}, data: { a: "1", b: "2" } },
  },
  {
    name: "unknown fields are named with their path",
    kind: "Pod",
    given: { spec: { containers: [{ name: "c", foo: 1 }], bar: {} } },
    object: { metadata: {}, spec: { containers: [{ name: "c", resources: {} }] }, status: {} },
    unknown: ["spec.bar", "spec.containers[0].foo"],
  },
  {
    name: "quantities and times are normalised",
    kind: "ResourceQuota",
    given: {
      metadata: { creationTimestamp: "2026-01-01T02:00:00.5+02:00" },
      spec: { hard: { cpu: "1000m", memory: "1024Mi" } },
    },
    object: {
      metadata: { creationTimestamp: "2026-01-01T00:00:00Z" },
      spec: { hard: { cpu: "1", memory: "1Gi" } },
      status: {},
    },
  },
  {
    name: "__proto__ is an ordinary key",
    kind: "ConfigMap",
    given: { data: JSON.parse('{"__proto__":"x"}') as JsonValue },
    object: { metadata: {}, data: JSON.parse('{"__proto__":"x"}') as JsonValue },
  },
];

for (const { name, kind, given, object, unknown = [] } of canonical) {
  test(name, () => deepEqual(decodeGo(goTypes.struct(kind), given), { ok: true, value: { object, unknown } }));
}

const refused: readonly (readonly [kind: string, given: JsonValue, error: string])[] = [
  ["ConfigMap", { data: { k: 5 } }, "json: cannot unmarshal number into Go struct field ConfigMap.data of type string"],
  [
    "Pod",
    { metadata: { name: true } },
    "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.name of type string",
  ],
  [
    "Deployment",
    { spec: { replicas: 1.5 } },
    "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32",
  ],
  ["Secret", { data: { k: "not base64!" } }, "illegal base64 data at input byte 3"],
  [
    "Lease",
    { spec: { renewTime: "2026-01-01T00:00:00Z" } },
    'parsing time "2026-01-01T00:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
  ],
];

for (const [kind, given, error] of refused) {
  test(`${kind} with ${JSON.stringify(given)} is refused as Go refuses it`, () => {
    const decoded = decodeGo(goTypes.struct(kind), given);
    equal(decoded.ok ? "accepted" : decoded.error, error);
  });
}
