import { equal } from "node:assert/strict";
import { test } from "node:test";
import {
  disallowedFields,
  type FieldErrors,
  fieldError,
  invalidValue,
  missingField,
  missingOneOf,
  multipleOneOf,
  printFieldErrors,
  under,
} from "./field-error.ts";

const vectors: readonly { readonly name: string; readonly errors: FieldErrors; readonly want: string }[] = [
  { name: "nothing", errors: [], want: "" },
  { name: "joins fields with a dot", errors: under("spec", missingField("a.b")), want: "missing field(s): spec.a.b" },
  {
    name: "glues an index",
    errors: under("a", under("b", missingField("c"), 2), 1),
    want: "missing field(s): a[1].b[2].c",
  },
  { name: "an empty path is the parent", errors: under("spec", missingField("")), want: "missing field(s): spec" },
  { name: "an empty path of an entry", errors: under("list", missingField(""), 3), want: "missing field(s): list[3]" },
  { name: "no parent either", errors: missingField(""), want: "missing field(s): " },
  { name: "no path at all", errors: under("spec", fieldError("Broken")), want: "Broken: " },
  { name: "an empty parent vanishes", errors: under("", missingField("x")), want: "missing field(s): x" },
  {
    name: "equal messages merge, paths sort and repeat once",
    errors: [...missingField("b"), ...missingOneOf("x"), ...missingField("a", "b")],
    want: "expected exactly one, got neither: x\nmissing field(s): a, b",
  },
  {
    name: "capitals come first, then details",
    errors: [
      ...invalidValue("v", "p", "second"),
      ...invalidValue("v", "q", "first"),
      ...invalidValue("v", "r"),
      ...fieldError("Zed", "z"),
      ...multipleOneOf("m"),
    ],
    want: "Zed: z\nexpected exactly one, got both: m\ninvalid value: v: r\ninvalid value: v: q\nfirst\ninvalid value: v: p\nsecond",
  },
  { name: "nothing disallowed is no error", errors: disallowedFields(), want: "" },
  {
    name: "a path with blanks is kept",
    errors: under("a", multipleOneOf("x or y")),
    want: "expected exactly one, got both: a.x or y",
  },
  {
    name: "characters beyond the basic plane sort behind all others",
    errors: missingField("\u{1f600}", "\uffff", "z"),
    want: "missing field(s): z, \uffff, \u{1f600}",
  },
];

for (const { name, errors, want } of vectors) test(name, () => equal(printFieldErrors(errors), want));
