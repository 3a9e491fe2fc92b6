import { RE2JS } from "re2js";
import { parseGoBool } from "../../json/go-bool.ts";
import { quoteGo } from "../../json/go-print.ts";
import { err, ok, type Result } from "../../result.ts";

/** The data of ConfigMaps by name; one that is missing counts as empty. */
export type ConfigMaps = Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;

/** Names under which the ConfigMaps are installed (spec: resources, section 9). */
export const configMapNames = {
  defaults: "config-defaults-triggers",
  features: "feature-flags-triggers",
  logging: "config-logging-triggers",
  observability: "config-observability-triggers",
} as const;

/** `config-defaults-triggers`. An id that is undefined is left out of security contexts. */
export interface TriggersDefaults {
  /** What an EventListener without a service account gets; may be empty. */
  readonly serviceAccount: string;
  readonly runAsUser: number | bigint | undefined;
  readonly runAsGroup: number | bigint | undefined;
  readonly fsGroup: number | bigint | undefined;
  readonly runAsNonRoot: boolean;
}

/** `feature-flags-triggers`. */
export interface TriggersFeatures {
  /** Gates nothing. */
  readonly enableApiFields: "alpha" | "stable";
  /** RE2; an EventListener's labels whose key matches it anywhere are not copied. Empty: none is left out. */
  readonly labelsExclusionPattern: string;
}

const defaultId = 65532;

/** Parses `config-defaults-triggers`; the error is the one that the controller logs. */
export function parseDefaults(data: Readonly<Record<string, string>> = {}): Result<TriggersDefaults, string> {
  const ids: Record<"runAsUser" | "runAsGroup" | "fsGroup", number | bigint | undefined> = {
    runAsUser: defaultId,
    runAsGroup: defaultId,
    fsGroup: defaultId,
  };
  const keys = [
    ["runAsUser", "default-run-as-user"],
    ["runAsGroup", "default-run-as-group"],
    ["fsGroup", "default-fs-group"],
  ] as const;
  for (const [field, key] of keys) {
    const text = own(data, key);
    if (text === undefined) continue;
    if (text === "") {
      ids[field] = undefined;
      continue;
    }
    const id = parseInt64(text);
    if (id === undefined) return err(`failed parsing ${field} config ${quoteGo(text)}`);
    ids[field] = id;
  }
  const nonRoot = own(data, "default-run-as-non-root") || "true";
  const runAsNonRoot = parseGoBool(nonRoot);
  if (runAsNonRoot === undefined) return err(`failed parsing runAsNonRoot config ${quoteGo(nonRoot)}`);
  return ok({
    serviceAccount: own(data, "default-service-account") ?? "default",
    ...ids,
    runAsNonRoot,
  });
}

/** Parses `feature-flags-triggers`. */
export function parseFeatures(data: Readonly<Record<string, string>> = {}): Result<TriggersFeatures, string> {
  const enableApiFields = (own(data, "enable-api-fields") ?? "stable").toLowerCase();
  if (enableApiFields !== "alpha" && enableApiFields !== "stable") {
    return err(`invalid value for feature flag "enable-api-fields": ${quoteGo(enableApiFields)}`);
  }
  const labelsExclusionPattern = own(data, "labels-exclusion-pattern") ?? "";
  try {
    RE2JS.compile(labelsExclusionPattern);
  } catch {
    return err(`invalid value for feature flag "labels-exclusion-pattern": ${quoteGo(labelsExclusionPattern)}`);
  }
  return ok({ enableApiFields, labelsExclusionPattern });
}

function own(data: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(data, key) ? data[key] : undefined;
}

function parseInt64(text: string): number | bigint | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const exact = BigInt(text.replace(/^\+/, ""));
  if (BigInt.asIntN(64, exact) !== exact) return undefined;
  const number = Number(exact);
  return Number.isSafeInteger(number) ? number : exact;
}
