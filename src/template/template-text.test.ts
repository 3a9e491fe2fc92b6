import { equal } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compileTemplateText, substituteTemplate, type TemplateParam } from "./template-text.ts";

const uid = "11111111-2222-4333-8444-555555555555";

function substitute(
  text: string,
  params: Record<string, string> | readonly TemplateParam[],
  escapesQuotes = false,
): string {
  const list = Array.isArray(params) ? params : Object.entries(params).map(([name, value]) => ({ name, value }));
  const result = substituteTemplate(compileTemplateText(text), list, { uid, escapesQuotes });
  return result.ok ? result.value : `! ${result.error}`;
}

const vectors: { name: string; text: string; params: Record<string, string>; want: string; escapesQuotes?: boolean }[] =
  [
    { name: "a param", text: '{"k":"$(tt.params.p)"}', params: { p: "v" }, want: '{"k":"v"}' },
    { name: "every place, keys too", text: '{"$(tt.params.p)":$(tt.params.p)}', params: { p: "1" }, want: '{"1":1}' },
    { name: "neighbours", text: "$(tt.params.a)$(tt.params.b)$(uid)", params: { a: "1", b: "2" }, want: `12${uid}` },
    { name: "unknown params", text: "$(tt.params.x) $(tt.params.p)", params: { p: "v" }, want: "$(tt.params.x) v" },
    {
      name: "nothing else",
      text: "$(params.p) $(tt.params) $(tt.param.p) $(TT.params.p) $( tt.params.p) ${tt.params.p}",
      params: { p: "v" },
      want: "$(params.p) $(tt.params) $(tt.param.p) $(TT.params.p) $( tt.params.p) ${tt.params.p}",
    },
    {
      name: "names exactly",
      text: "$(tt.params.p ) $(tt.params.pp) $(tt.params.p.q) $(tt.params.P)",
      params: { p: "v" },
      want: "$(tt.params.p ) $(tt.params.pp) $(tt.params.p.q) $(tt.params.P)",
    },
    { name: "no end", text: "$(tt.params.p", params: { p: "v" }, want: "$(tt.params.p" },
    { name: "the empty name", text: "$(tt.params.)", params: { "": "v" }, want: "v" },
    {
      name: "names with dots and parentheses",
      text: "$(tt.params.a.b) $(tt.params.f(x))",
      params: { "a.b": "1", "f(x)": "2" },
      want: "1 2",
    },
    { name: "an uneven name", text: "$(tt.params.a)b) $(tt.params.a)", params: { "a)b": "2", a: "1" }, want: "2 1" },
    {
      name: "of uneven names the first declared",
      text: "$(tt.params.a)b)",
      params: { a: "1", "a)b": "2" },
      want: "1b)",
    },
    {
      name: "names of Object's own",
      text: "$(tt.params.__proto__)$(tt.params.toString)",
      params: { toString: "s" },
      want: "$(tt.params.__proto__)s",
    },
    { name: "dollars in values", text: "$(tt.params.p)", params: { p: "$1 $& $$ ${x}" }, want: "$1 $& $$ ${x}" },
    {
      name: "variables in values",
      text: "$(tt.params.p)",
      params: { p: "$(tasks.a) $$(b) $(" },
      want: "$$(tasks.a) $$$(b) $$(",
    },
    {
      name: "a variable of ours in a value",
      text: "$(tt.params.a)",
      params: { a: "$(tt.params.b)", b: "B" },
      want: "$$(tt.params.b)",
    },
    { name: "the uid in a value", text: "$(tt.params.a)", params: { a: "$(uid)" }, want: "$$(uid)" },
    {
      name: "a variable put together by a value",
      text: "$(tt.params.$(tt.params.a))",
      params: { a: "b", b: "B" },
      want: "$(tt.params.b)",
    },
    { name: "a marker in front", text: "$$(tt.params.a)", params: { a: "x" }, want: "$x" },
    { name: "quotes the new way", text: '"$(tt.params.p)"', params: { p: 'a"b\\"' }, want: '"a"b\\""' },
    {
      name: "quotes the old way",
      text: '"$(tt.params.p)"',
      params: { p: 'a"b\\"$(x)' },
      want: '"a\\"b\\\\"$$(x)"',
      escapesQuotes: true,
    },
  ];

for (const { name, text, params, want, escapesQuotes } of vectors) {
  test(`substitutes ${name}`, () => equal(substitute(text, params, escapesQuotes), want));
}

test("a resource does not grow without bound", () => {
  const text = "$(tt.params.p)".repeat(1000);
  equal(
    substitute(text, { p: "x".repeat(4_000_000) }),
    "! the resource is longer than 16777216 characters with its params put in",
  );
});

test("of params with the same name the first counts", () => {
  equal(
    substitute("$(tt.params.a)", [
      { name: "a", value: "1" },
      { name: "a", value: "2" },
    ]),
    "1",
  );
});

test("substitution never widens: a value brings in its own text and nothing else", () => {
  const piece = fc.constantFrom(
    "$(tt.params.a)",
    "$(tt.params.b)",
    "$(uid)",
    "$(",
    "tt.params.b)",
    ")",
    "$",
    "x",
    "uid)",
  );
  const text = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, text, text, (template, a, b) => {
      // Put opaque marks in first, then replace the marks: nothing that a value holds may have been expanded.
      const marked = substitute(template, { a: "\u0001", b: "\u0002" });
      const escaped = (value: string) => value.split("$(").join("$$(");
      const want = marked
        .split(/([\u0001\u0002])/)
        .map((part) => (part === "\u0001" ? escaped(a) : part === "\u0002" ? escaped(b) : part))
        .join("");
      equal(substitute(template, { a, b }), want);
    }),
    { numRuns: 2000 },
  );
});
