import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { BindingParam } from "./bindings.ts";
import { decodeEventBody, type EventData, resolveParams } from "./params.ts";

function event(body: string): EventData {
  return { header: { "X-A": ["1", "2"], "X-B": [] }, body: decodeEventBody(body), extensions: {}, eventId: "id" };
}

function inline(name: string, value: string): BindingParam {
  return { name, value, binding: { kind: "inline" } };
}

test("tells which binding and which paths a param came from", () => {
  const params = resolveParams(
    [
      { name: "z", value: "$(body.a)-$(body.x)", binding: { kind: "TriggerBinding", name: "tb" } },
      inline("other", "$(header.x-a)$(header.x-b)"),
    ],
    [{ name: "d", default: "D" }, { name: "unset" }, { name: "z", default: "Z" }],
    event('{"a":"$(body.b)<"}'),
  );
  deepEqual(params, {
    ok: true,
    value: [
      { name: "d", value: "D", source: { kind: "default" } },
      {
        name: "z",
        value: "$(body.b)\\u003c-Z",
        source: {
          kind: "binding",
          binding: { kind: "TriggerBinding", name: "tb" },
          expressions: [
            { text: "$(body.a)", value: "$(body.b)\\u003c" },
            { text: "$(body.x)", value: "Z", error: "x is not found" },
          ],
        },
      },
      {
        name: "other",
        value: "1,2",
        source: {
          kind: "binding",
          binding: { kind: "inline" },
          expressions: [
            { text: "$(header.x-a)", value: "1,2" },
            { text: "$(header.x-b)", value: "" },
          ],
        },
      },
    ],
  });
});

const values: {
  name: string;
  value: string;
  declared?: { name: string; default?: string }[];
  body?: string;
  want: string;
}[] = [
  {
    name: "a value inserted earlier is not evaluated",
    value: "$(body.inj) $(body.a)",
    body: '{"inj":"$(body.a)","a":"A"}',
    want: "$(body.a) A",
  },
  {
    name: "nor one inserted later",
    value: "$(body.a)$(body.inj)",
    body: '{"inj":"$(body.a)","a":"A"}',
    want: "A$(body.a)",
  },
  {
    name: "values do not make expressions together",
    value: "$(body.x)(body.a)",
    body: '{"x":"$","a":"A"}',
    want: "$(body.a)",
  },
  {
    name: "the default replaces only what failed",
    value: "[$(body.x)|$(body.a)]",
    declared: [{ name: "p", default: "D" }],
    body: '{"a":1}',
    want: "[D|1]",
  },
  {
    name: "a default is not evaluated",
    value: "$(body.x)",
    declared: [{ name: "p", default: "$(body.a)" }],
    body: '{"a":1}',
    want: "$(body.a)",
  },
  {
    name: "the last default counts",
    value: "$(body.x)",
    declared: [{ name: "p", default: "1" }, { name: "p", default: "2" }, { name: "p" }],
    body: "{}",
    want: "2",
  },
  {
    name: "null is a success",
    value: "$(body.x)",
    declared: [{ name: "p", default: "D" }],
    body: '{"x":null}',
    want: "null",
  },
  {
    name: "so is nothing",
    value: "$(body.l[?(@.x)])",
    declared: [{ name: "p", default: "D" }],
    body: '{"l":[{}]}',
    want: "[]",
  },
  {
    name: "and an empty string",
    value: "$(body.x)",
    declared: [{ name: "p", default: "D" }],
    body: '{"x":""}',
    want: "",
  },
  { name: "an empty body is null", value: "$(body)", body: "", want: "null" },
];
for (const { name, value, declared = [], body = "{}", want } of values) {
  test(name, () => {
    const params = resolveParams([inline("p", value)], declared, event(body));
    equal(params.ok ? params.value.find((param) => param.name === "p")?.value : params.error, want);
  });
}

const errors: {
  name: string;
  value: string;
  declared?: { name: string; default?: string }[];
  body?: string;
  error: string;
}[] = [
  {
    name: "a missing path",
    value: "a $(body.x)",
    error:
      "failed to ApplyEventValuesToParams: failed to replace JSONPath value for param p: a $(body.x): x is not found",
  },
  {
    name: "another param's default",
    value: "$(body.x)",
    declared: [{ name: "q", default: "D" }, { name: "p" }],
    error:
      "failed to ApplyEventValuesToParams: failed to replace JSONPath value for param p: $(body.x): x is not found",
  },
  {
    name: "a broken body, even without expressions",
    value: "x",
    declared: [{ name: "p", default: "D" }],
    body: " ",
    error:
      "failed to ApplyEventValuesToParams: failed to marshal event: failed to unmarshal request body: unexpected end of JSON input",
  },
];
for (const { name, value, declared = [], body = "{}", error } of errors) {
  test(`explains ${name}`, () => {
    deepEqual(resolveParams([inline("p", value)], declared, event(body)), { ok: false, error });
  });
}

test("a broken body fails a trigger without params too", () => {
  equal(resolveParams([], [], event("x")).ok, false);
});

test("whatever an event holds, its text comes through unevaluated", () => {
  const text = fc
    .array(fc.constantFrom("$(", ")", "body.a", "body.b", "$(body.b)", "x", "$", "tt.params.p"), { maxLength: 8 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, text, (a, b) => {
      const params = resolveParams(
        [inline("p", "<$(body.a)|$(body.b)|$(body.a)>")],
        [],
        event(JSON.stringify({ a, b })),
      );
      equal(params.ok && params.value[0]?.value, `<${a}|${b}|${a}>`);
    }),
  );
});

test("no bindings and no event make it throw", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.string())), fc.oneof(fc.json(), fc.string()), (params, body) => {
      resolveParams(
        params.map(([name, value]) => inline(name, `${value}$(${value})`)),
        [{ name: "a", default: "x" }],
        event(body),
      );
    }),
  );
});
