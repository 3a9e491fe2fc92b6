import { err, ok, type Result } from "../result.ts";

type FlagValue = string | number | boolean;

/** Flags with the values that they have when they are not given; the type of each says how it is read. */
export type FlagDefaults = Readonly<Record<string, FlagValue>>;

/** The same flags, read. */
type Flags<T extends FlagDefaults> = {
  readonly [K in keyof T]: T[K] extends string ? string : T[K] extends number ? number : boolean;
};

/** Flags of klog, and of a throttle that these clients do not have: accepted, without effect. */
const ignoredSwitches = new Set(["logtostderr", "alsologtostderr", "one_output", "skip_headers", "skip_log_headers"]);
const ignoredOptions = new Set([
  "stderrthreshold",
  "v",
  "vmodule",
  "log_dir",
  "log_file",
  "log_backtrace_at",
  "kube-api-qps",
  "kube-api-burst",
]);

const switches: ReadonlyMap<string, boolean> = new Map([
  ...["1", "t", "T", "true", "TRUE", "True"].map((text) => [text, true] as const),
  ...["0", "f", "F", "false", "FALSE", "False"].map((text) => [text, false] as const),
]);

/**
 * Reads flags as Go's `flag` package does, as the manifests of Tekton's releases give them: `-name value`,
 * `-name=value`, one dash or two; a switch takes its value only after `=`. Arguments that none of these flags explains
 * are left over in `rest`, in their order.
 */
export function takeGoFlags<const T extends FlagDefaults>(
  args: readonly string[],
  defaults: T,
): Result<{ readonly flags: Flags<T>; readonly given: ReadonlySet<string>; readonly rest: readonly string[] }, string> {
  const flags: Record<string, FlagValue> = { ...defaults };
  const given = new Set<string>();
  const rest: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const argument = args[at] ?? "";
    const [, name = "", attached] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
    const initial = Object.hasOwn(defaults, name) ? defaults[name] : undefined;
    if (initial === undefined) {
      rest.push(argument);
      continue;
    }
    given.add(name);
    const text = attached ?? (typeof initial === "boolean" ? "true" : args[++at]);
    if (text === undefined) return err(`flag needs an argument: -${name}`);
    const value = readValue(text, initial);
    if (value === undefined) return err(`invalid value ${JSON.stringify(text)} for flag -${name}`);
    flags[name] = value;
  }
  return ok({ flags: flags as Flags<T>, given, rest });
}

/** The error for the first argument that no flag explains; undefined when there is none but those of klog. */
export function unknownFlag(rest: readonly string[]): string | undefined {
  for (let at = 0; at < rest.length; at++) {
    const argument = rest[at] ?? "";
    const [, name = "", attached] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
    if (name === "") return `unexpected argument: ${argument}`;
    if (ignoredSwitches.has(name)) continue;
    if (!ignoredOptions.has(name)) return `flag provided but not defined: -${name}`;
    if (attached === undefined) at++;
  }
  return undefined;
}

function readValue(text: string, like: FlagValue): FlagValue | undefined {
  if (typeof like === "string") return text;
  if (typeof like === "boolean") return switches.get(text);
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}
