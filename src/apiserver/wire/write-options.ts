import { type FieldProblem, invalid, notSupported, tooLong } from "../../api/core/field-problem.ts";
import type { Status } from "../../api/object.ts";
import { err, ok, type Result } from "../../result.ts";
import { badRequest, invalidObject } from "../status.ts";

/** Options that writes share. */
export interface WriteOptions {
  readonly dryRun: boolean;
  /** Who writes, for managedFields. */
  readonly fieldManager: string;
  /** What `fieldManager` said, or undefined when it said nothing. */
  readonly statedManager?: string;
  readonly fieldValidation: "Strict" | "Warn" | "Ignore";
}

/** Reads and checks dryRun, fieldManager and fieldValidation; `kind` is such as `CreateOptions`. */
export function readWriteOptions(
  query: URLSearchParams,
  headers: Readonly<Record<string, string>>,
  kind: string,
): Result<WriteOptions, Status> {
  const problems: FieldProblem[] = [];
  const stated = query.get("fieldManager") ?? "";
  if (Buffer.byteLength(stated) > 128) problems.push(tooLong("fieldManager", 128));
  for (const [index, char] of [...stated].entries()) {
    if (/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(char)) {
      problems.push(
        invalid(
          "fieldManager",
          stated,
          `should only contain printable characters (invalid character at index ${index})`,
        ),
      );
      break;
    }
  }
  const dryRun = query.getAll("dryRun").filter((value) => value !== "");
  if (dryRun.some((value) => value !== "All")) {
    problems.push(notSupported("dryRun", dryRun as unknown as readonly string[], ["All"]));
  }
  const validation = query.get("fieldValidation") ?? "";
  if (!["", "Ignore", "Strict", "Warn"].includes(validation)) {
    problems.push(notSupported("fieldValidation", validation, ["", "Ignore", "Strict", "Warn"]));
  }
  if (problems.length > 0) return err(invalidObject({ group: "meta.k8s.io", kind }, "", problems));
  return ok({
    dryRun: dryRun.length > 0,
    fieldManager: stated === "" ? managerOfAgent(headers["user-agent"] ?? "") : stated,
    ...(stated !== "" && { statedManager: stated }),
    fieldValidation: validation === "" ? "Warn" : (validation as "Strict" | "Warn" | "Ignore"),
  });
}

/** The user agent up to the first slash, at most 128 characters; `unknown` without one. */
function managerOfAgent(agent: string): string {
  const manager = agent.split("/")[0]!.slice(0, 128);
  return manager === "" ? "unknown" : manager;
}

/** A whole number of the query; undefined when it is absent or empty. The error is Go's. */
export function queryInteger(query: URLSearchParams, name: string): Result<number | undefined, Status> {
  const text = query.get(name);
  if (text === null || text === "") return ok(undefined);
  if (!/^[+-]?\d+$/.test(text))
    return err(badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`));
  return ok(Number(text));
}

/** A boolean of the query, as Kubernetes reads it: anything but `false` and `0` is true. */
export function queryBoolean(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  return text !== null && text !== "false" && text !== "0";
}
