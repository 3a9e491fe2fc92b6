import { decodeGoJson } from "../../json/go-decode.ts";
import { encodeGoJson, encodeGoString } from "../../json/go-encode.ts";
import { ok, type Result } from "../../result.ts";
import { decodeStruct, type GoObject } from "./go-decode.ts";
import { encodeStruct } from "./go-encode.ts";
import { defineTypes, structOf } from "./go-type.ts";
import { parsedJson } from "./json-source.ts";

/** What a zap configuration can hold, in the order in which it is written back (spec: controller, section 3). */
const zapTypes = defineTypes("logging", {
  Config: `level!:string development!:bool disableCaller!:bool disableStacktrace!:bool sampling!:*Sampling
    encoding!:string outputPaths!:[]string errorOutputPaths!:[]string initialFields!:map[string]raw
    encoderConfig:EncoderConfig`,
  Sampling: "initial!:int64 thereafter!:int64",
  EncoderConfig: `messageKey!:string levelKey!:string timeKey!:string nameKey!:string callerKey!:string
    functionKey!:string stacktraceKey!:string skipLineEnding!:bool lineEnding!:string consoleSeparator!:string
    levelEncoder!:string timeEncoder!:string durationEncoder!:string callerEncoder!:string nameEncoder!:string`,
});

const levels: ReadonlySet<string> = new Set(["debug", "info", "warn", "error", "dpanic", "panic", "fatal"]);

/** The component whose level a listener's sink takes. */
const component = "eventlistener";
const levelPrefix = "loglevel.";

/**
 * The value of `K_LOGGING_CONFIG` for a logging ConfigMap. Empty when it has no zap configuration or any component's
 * level is none.
 */
export function sinkLoggingConfig(data: Readonly<Record<string, string>>): string {
  const config = Object.hasOwn(data, "zap-logger-config") ? (data["zap-logger-config"] ?? "") : "";
  const parsed = levelsOf(data);
  if (config === "" || !parsed.ok) return "";
  const level = parsed.value.get(component);
  const text = level === undefined ? config : (withLevel(config, level) ?? config);
  return `{"zap-logger-config":${encodeGoString(text)}}`;
}

/** The level of each component that names one; the error is about the first that is none. */
export function levelsOf(data: Readonly<Record<string, string>>): Result<ReadonlyMap<string, string>, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(data)) {
    const name = key.startsWith(levelPrefix) ? key.slice(levelPrefix.length) : "";
    if (name === "" || value === "") continue;
    const level = value.toLowerCase();
    if (!levels.has(level)) return { ok: false, error: `invalid logging level: ${value}` };
    found.set(name, level);
  }
  return ok(found);
}

/** The configuration with another level, written anew; undefined when the text is no such JSON. */
function withLevel(config: string, level: string): string | undefined {
  const json = decodeGoJson(config);
  if (!json.ok) return undefined;
  const struct = structOf(zapTypes, "Config");
  const decoded = decodeStruct(struct, json.value, parsedJson, { strict: false });
  if (!decoded.ok) return undefined;
  const object: GoObject = { ...decoded.value, level };
  // Go writes a struct's keys in their order and a map's sorted; only `initialFields` is a map.
  return printOrdered(encodeStruct(struct, object));
}

function printOrdered(value: ReturnType<typeof encodeStruct>): string {
  const members = Object.entries(value).map(([key, each]) => {
    const nested = typeof each === "object" && each !== null && !Array.isArray(each) && key !== "initialFields";
    return `${encodeGoString(key)}:${nested ? printOrdered(each as typeof value) : encodeGoJson(each)}`;
  });
  return `{${members.join(",")}}`;
}
