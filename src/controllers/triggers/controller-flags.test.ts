import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { type ControllerFlags, defaultControllerFlags, parseControllerFlags } from "./controller-flags.ts";

const good: readonly { name: string; args: readonly string[]; want: Partial<ControllerFlags> }[] = [
  { name: "no flags", args: [], want: {} },
  { name: "a value in the next argument", args: ["-el-port", "80"], want: { port: 80 } },
  { name: "a value after =", args: ["--el-image=a=b"], want: { image: "a=b" } },
  { name: "a switch alone", args: ["-el-security-context"], want: { setSecurityContext: true } },
  {
    name: "a switch turned off",
    args: ["-el-security-context=F", "-el-port", "1"],
    want: { setSecurityContext: false, port: 1 },
  },
  { name: "klog's flags have no effect", args: ["-logtostderr", "-stderrthreshold", "INFO", "-v=2"], want: {} },
  { name: "a client's throttle has none", args: ["-kube-api-qps", "50", "-kube-api-burst=50"], want: {} },
  { name: "what is no flag ends them", args: ["x", "-el-port", "80"], want: {} },
  { name: "so do two dashes", args: ["--", "-el-port", "80"], want: {} },
  { name: "the last of several counts", args: ["-period-seconds=1", "-period-seconds=2"], want: { periodSeconds: 2 } },
  { name: "a journal", args: ["-el-journal=claim:events"], want: { journal: "claim:events" } },
];

for (const { name, args, want } of good) {
  test(name, () => deepEqual(parseControllerFlags(args), { ok: true, value: { ...defaultControllerFlags, ...want } }));
}

const bad: readonly (readonly [args: readonly string[], error: string])[] = [
  [["-el-what"], "flag provided but not defined: -el-what"],
  [["-el-port"], "flag needs an argument: -el-port"],
  [["-el-port", "x"], 'invalid value "x" for flag -el-port: parse error'],
  [["-el-security-context=maybe"], 'invalid value "maybe" for flag -el-security-context: parse error'],
  [
    ["-el-journal=disk"],
    'invalid value for flag -el-journal: "disk" is none of memory, emptyDir, claim:NAME, postgres-secret:NAME[/KEY]',
  ],
];

for (const [args, error] of bad) test(error, () => deepEqual(parseControllerFlags(args), { ok: false, error }));
