import { parseGoBool } from "../json/go-bool.ts";

/** What a flag of a Go program holds. */
export type FlagValue = string | number | boolean;

const noEffect: ReadonlyMap<string, "switch" | "option"> = new Map([
  ...["logtostderr", "alsologtostderr", "one_output", "skip_headers", "skip_log_headers"].map(
    (name) => [name, "switch"] as const,
  ),
  ...[
    "stderrthreshold",
    "v",
    "vmodule",
    "log_dir",
    "log_file",
    "log_backtrace_at",
    "kube-api-qps",
    "kube-api-burst",
  ].map((name) => [name, "option"] as const),
]);

/**
 * Takes an argument apart as Go's `flag` package does: `-name`, `-name=value`, one dash or two; undefined for what is
 * no flag.
 */
export function splitFlag(argument: string): { readonly name: string; readonly attached?: string } | undefined {
  const [, name, attached] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
  if (name === undefined) return undefined;
  return attached === undefined ? { name } : { name, attached };
}

/**
 * Whether a flag is one of klog, or of a throttle that our clients do not have: these are accepted, without effect. An
 * option takes a value, a switch only after `=`. Undefined for other flags.
 */
export function flagWithoutEffect(name: string): "switch" | "option" | undefined {
  return noEffect.get(name);
}

/** A flag's value, of the type that its present one has; undefined when the text is none. */
export function readFlagValue(text: string, like: FlagValue): FlagValue | undefined {
  if (typeof like === "string") return text;
  if (typeof like === "boolean") return parseGoBool(text);
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}
