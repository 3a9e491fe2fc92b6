import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import type { JsonValue } from "../json/value.ts";
import { triggerWarnings } from "./trigger-warnings.ts";

const cel = (params: JsonValue): JsonValue => ({ ref: { name: "cel" }, params });
const listener = (trigger: JsonValue): JsonValue => ({ kind: "EventListener", spec: { triggers: [trigger] } });

const vectors: readonly { name: string; object: JsonValue; want: readonly string[] }[] = [
  {
    name: "nothing",
    object: listener({
      interceptors: [cel([{ name: "filter", value: "body.ref == 'x'" }]), { webhook: {} }, null],
      bindings: [{ name: "a", value: "$(body.a) and (b)" }, { ref: "b" }],
    }),
    want: [],
  },
  {
    name: "a misspelt param",
    object: listener({ interceptors: [cel([{ name: "filtr", value: "true" }])] }),
    want: [
      "spec.triggers[0].interceptors[0].params[0]: the cel interceptor knows no param filtr, and goes on without it; known there: filter, overlays",
    ],
  },
  {
    name: "a filter that does not compile, in a group",
    object: {
      kind: "EventListener",
      spec: { triggerGroups: [{ interceptors: [cel([{ name: "filter", value: "bdy.x" }])] }] },
    },
    want: [
      "spec.triggerGroups[0].interceptors[0].params[0].value: no event can pass: no valid CEL: line 1, column 1: undeclared reference to 'bdy' (in container '')",
    ],
  },
  {
    name: "an overlay that does not compile, in a Trigger",
    object: {
      kind: "Trigger",
      spec: { interceptors: [cel([{ name: "overlays", value: [{ key: "k", expression: "body." }] }])] },
    },
    want: ["spec.interceptors[0].params[0].value[0].expression: "],
  },
  {
    name: "an expression of a binding without its end",
    object: { kind: "TriggerBinding", spec: { params: [{ name: "a", value: "$(body.a" }] } },
    want: ["spec.params[0].value: $(body.a stays as it is: its $( has no closing parenthesis"],
  },
  {
    name: "misspelt params of a TriggerTemplate, each once",
    object: {
      kind: "TriggerTemplate",
      spec: {
        resourcetemplates: [
          { spec: { a: "$(tt.params.a) $(tt.params.b-c.d) $(uid) $(params.x) $$(tt.param.z) $(tty) $(tt)" } },
          null,
          { "$(tt.param.key)": ["$(tt.param.a)", "x $(tt.param.a)"], b: '$( tt.params.b ) "$(tt.params.c' },
        ],
      },
    },
    want: [
      "spec.resourcetemplates[2]: $(tt.param.key) stays as it is: params of a template are $(tt.params.NAME)",
      "spec.resourcetemplates[2]: $(tt.param.a) stays",
      "spec.resourcetemplates[2]: $( tt.params.b ) stays",
      "spec.resourcetemplates[2]: $(tt.params.c stays",
    ],
  },
  {
    name: "a misspelt param of an inline template",
    object: listener({ template: { spec: { resourcetemplates: [{ data: { a: "$(TT.params['a'])" } }] } } }),
    want: ["spec.triggers[0].template.spec.resourcetemplates[0]: $(TT.params['a']) stays as it is"],
  },
  {
    name: "interceptors of others",
    object: listener({
      interceptors: [
        { ref: { name: "cel", kind: "NamespacedInterceptor" }, params: [{ name: "filter", value: "(" }] },
        { ref: { name: "ours" }, params: [{ name: "x", value: 1 }] },
      ],
    }),
    want: [],
  },
];

for (const { name, object, want } of vectors) {
  test(`warnings about triggers: ${name}`, () => {
    const given = triggerWarnings(object).map(({ path, message }) => `${path}: ${message}`);
    deepEqual(
      given.map((text, index) => text.slice(0, want[index]?.length ?? 0)),
      want,
      given.join("\n"),
    );
  });
}
