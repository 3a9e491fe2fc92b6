import { type FlagValue, flagWithoutEffect, readFlagValue, splitFlag } from "../controllers/go-flag.ts";
import { err, ok, type Result } from "../result.ts";

/** Flags with the values that they have when they are not given; the type of each says how it is read. */
export type FlagDefaults = Readonly<Record<string, FlagValue>>;

/** The same flags, read. */
type Flags<T extends FlagDefaults> = {
  readonly [K in keyof T]: T[K] extends string ? string : T[K] extends number ? number : boolean;
};

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
    const { name = "", attached } = splitFlag(argument) ?? {};
    const initial = Object.hasOwn(defaults, name) ? defaults[name] : undefined;
    if (initial === undefined) {
      rest.push(argument);
      continue;
    }
    given.add(name);
    const text = attached ?? (typeof initial === "boolean" ? "true" : args[++at]);
    if (text === undefined) return err(`flag needs an argument: -${name}`);
    const value = readFlagValue(text, initial);
    if (value === undefined) return err(`invalid value ${JSON.stringify(text)} for flag -${name}`);
    flags[name] = value;
  }
  return ok({ flags: flags as Flags<T>, given, rest });
}

/** The error for the first argument that no flag explains; undefined when there is none but those of klog. */
export function unknownFlag(rest: readonly string[]): string | undefined {
  for (let at = 0; at < rest.length; at++) {
    const argument = rest[at] ?? "";
    const flag = splitFlag(argument);
    if (flag === undefined) return `unexpected argument: ${argument}`;
    const takes = flagWithoutEffect(flag.name);
    if (takes === undefined) return `flag provided but not defined: -${flag.name}`;
    if (takes === "option" && flag.attached === undefined) at++;
  }
  return undefined;
}
