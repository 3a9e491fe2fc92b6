import { equal } from "node:assert/strict";
import { test } from "node:test";
import { objectYaml, partYaml } from "./object-yaml.ts";

const vectors = [
  {
    name: "data of Secrets, however deep",
    value: { items: [{ kind: "Secret", data: { a: "c2VjcmV0" }, stringData: { b: "secret" }, type: "Opaque" }] },
    want: "items:\n  - kind: Secret\n    data:\n      a: (hidden)\n    stringData:\n      b: (hidden)\n    type: Opaque\n",
  },
  {
    name: "data that is no object",
    value: { kind: "Secret", data: "secret" },
    want: "kind: Secret\ndata: (hidden)\n",
  },
  {
    name: "headers that let somebody in",
    value: {
      header: [
        { name: "Authorization", value: "Bearer secret" },
        { name: "X-Own-Token", value: ["secret"] },
        { name: "Accept", value: "text/plain" },
      ],
    },
    want: "header:\n  - name: Authorization\n    value: (hidden)\n  - name: X-Own-Token\n    value: (hidden)\n  - name: Accept\n    value: text/plain\n",
  },
  {
    name: "data of other kinds stays, and stays text",
    value: { kind: "ConfigMap", data: { a: "b", c: "yes", d: "0b1" } },
    want: 'kind: ConfigMap\ndata:\n  a: b\n  c: "yes"\n  d: "0b1"\n',
  },
];

for (const { name, value, want } of vectors) test(name, () => equal(partYaml(value), want));

test("the bookkeeping of kubectl apply holds a copy of everything", () => {
  const annotations = { "kubectl.kubernetes.io/last-applied-configuration": '{"secret":1}', kept: "yes" };
  const metadata = { name: "a", annotations, managedFields: [] };
  equal(
    objectYaml({ apiVersion: "v1", kind: "ConfigMap", metadata }),
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n    kept: "yes"\n',
  );
});
