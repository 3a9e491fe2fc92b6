import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { takeGoFlags, unknownFlag } from "./go-flags.ts";

const defaults = { name: "", port: 8080, shared: false, validate: true } as const;

const vectors = [
  {
    name: "one dash or two, attached or apart",
    args: ["-name=a", "--port", "9"],
    want: { name: "a", port: 9 },
    rest: [],
  },
  {
    name: "a switch alone and with a value",
    args: ["-shared", "--validate=f"],
    want: { shared: true, validate: false },
    rest: [],
  },
  { name: "a switch takes no argument after it", args: ["-shared", "false"], want: { shared: true }, rest: ["false"] },
  { name: "an empty value", args: ["--name="], want: { name: "" }, rest: [] },
  { name: "a value with equals signs", args: ["-name", "a=b=c"], want: { name: "a=b=c" }, rest: [] },
  { name: "the last one counts", args: ["-port=1", "-port=2"], want: { port: 2 }, rest: [] },
  {
    name: "flags of others are left over in their order",
    args: ["-el-image", "x", "-port=1", "-v=2"],
    want: { port: 1 },
    rest: ["-el-image", "x", "-v=2"],
  },
  { name: "__proto__ is no flag", args: ["-__proto__=1"], want: {}, rest: ["-__proto__=1"] },
];
for (const { name, args, want, rest } of vectors) {
  test(name, () => {
    const taken = takeGoFlags(args, defaults);
    ok(taken.ok);
    deepEqual(taken.value.flags, { ...defaults, ...want });
    deepEqual(taken.value.rest, rest);
  });
}

const wrong = [
  { args: ["-port"], error: "flag needs an argument: -port" },
  { args: ["-port=x"], error: 'invalid value "x" for flag -port' },
  { args: ["-shared=maybe"], error: 'invalid value "maybe" for flag -shared' },
];
for (const { args, error } of wrong) {
  test(error, () => {
    const taken = takeGoFlags(args, defaults);
    ok(!taken.ok);
    equal(taken.error, error);
  });
}

const leftOver = [
  { rest: ["-logtostderr", "-v", "4", "-stderrthreshold=2"], want: undefined },
  { rest: ["-bogus=1"], want: "flag provided but not defined: -bogus" },
  { rest: ["word"], want: "unexpected argument: word" },
];
for (const { rest, want } of leftOver) test(`left over: ${rest.join(" ")}`, () => equal(unknownFlag(rest), want));
