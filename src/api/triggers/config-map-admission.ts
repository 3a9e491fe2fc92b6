import { crc32 } from "node:zlib";
import { err, ok, type Result } from "../../result.ts";
import { configMapNames, parseDefaults } from "./configuration.ts";
import { levelsOf } from "./sink-logging.ts";

type Texts = Readonly<Record<string, string>>;

const exampleKey = "_example";
const checksumAnnotation = "knative.dev/example-checksum";

/**
 * What the config webhook says about a ConfigMap of the components' namespace (spec: resources, section 9): those with
 * defaults and logging are parsed, feature flags are not; the example that ships in a map may not be edited.
 */
export function validateConfigMap(
  name: string,
  { data = {}, annotations = {} }: { readonly data?: Texts; readonly annotations?: Texts },
  loggingName: string = configMapNames.logging,
): Result<undefined, string> {
  if (name !== configMapNames.defaults && name !== loggingName) return ok(undefined);
  const checksum = Object.hasOwn(annotations, checksumAnnotation) ? annotations[checksumAnnotation] : undefined;
  if (checksum !== undefined && Object.hasOwn(data, exampleKey)) {
    const actual = exampleChecksum(data[exampleKey] ?? "");
    if (checksum !== actual) {
      const told = `the update modifies a key in ${JSON.stringify(exampleKey)} which is probably not what you want`;
      return err(`validation failed: ${told}: its checksum is ${actual}, the annotation says ${checksum}`);
    }
  }
  const parsed = name === loggingName ? levelsOf(data) : parseDefaults(data);
  return parsed.ok ? ok(undefined) : err(`validation failed: ${parsed.error}`);
}

/** CRC-32 of the trimmed text, runs of line breaks written as `\n`. */
function exampleChecksum(example: string): string {
  const text = example.trim().replace(/[\r\n]+/g, "\\n");
  return crc32(Buffer.from(text, "utf8")).toString(16).padStart(8, "0");
}
