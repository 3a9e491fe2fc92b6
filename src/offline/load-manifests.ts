import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { type JsonValue, member } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import { type Manifest, parseManifests } from "./manifests.ts";

const extensions = new Set([".yaml", ".yml", ".json"]);

/** Folders that are something else than manifests, by a file in them, with the program that makes manifests of them. */
const built = [
  {
    files: ["kustomization.yaml", "kustomization.yml", "Kustomization"],
    what: "a kustomization",
    by: "kubectl kustomize",
  },
  { files: ["Chart.yaml"], what: "a Helm chart", by: "helm template" },
] as const;

/**
 * Reads objects from files, folders (their .yaml, .yml and .json files, by name; bodies of events may lie among them),
 * `-` (standard input) and http(s) URLs. The error names the file, the document and the line.
 */
export async function loadManifests(
  inputs: readonly string[],
  options: { readonly recursive?: boolean; readonly signal?: AbortSignal } = {},
): Promise<Result<readonly Manifest[], string>> {
  const manifests: Manifest[] = [];
  for (const input of inputs) {
    const texts = await readInput(input, options);
    if (!texts.ok) return texts;
    for (const { file, text } of texts.value) {
      const parsed = parseManifests(file, text);
      if (!parsed.ok) return parsed;
      manifests.push(...parsed.value);
    }
  }
  return ok(manifests);
}

async function readInput(
  input: string,
  { recursive = false, signal }: { readonly recursive?: boolean; readonly signal?: AbortSignal },
): Promise<Result<readonly { readonly file: string; readonly text: string }[], string>> {
  try {
    if (input === "-") return ok([{ file: "stdin", text: readFileSync(0, "utf8") }]);
    if (/^https?:\/\//.test(input)) {
      const overdue = AbortSignal.timeout(30_000);
      const response = await fetch(input, {
        signal: signal === undefined ? overdue : AbortSignal.any([signal, overdue]),
      });
      if (!response.ok) return err(`${input}: the server answered ${response.status} ${response.statusText}`);
      return ok([{ file: input, text: await response.text() }]);
    }
    if (!statSync(input).isDirectory()) return ok([{ file: input, text: readFileSync(input, "utf8") }]);
    const all = readdirSync(input, { recursive, encoding: "utf8" });
    const other = built.find(({ files }) => files.some((name) => all.includes(name)));
    if (other !== undefined) {
      return err(
        `${input}: this folder is ${other.what}; its manifests come from \`${other.by} ${input}\`, and - reads them`,
      );
    }
    const names = all.filter((name) => extensions.has(extname(name)));
    if (names.length === 0) return err(`${input}: no .yaml, .yml or .json file in this folder`);
    const files = names
      .sort()
      .map((name) => ({ file: join(input, name), text: readFileSync(join(input, name), "utf8") }));
    return ok(files.filter(({ file, text }) => extname(file) !== ".json" || !isOtherJson(text)));
  } catch (error) {
    if (signal?.aborted === true) return err(`${input}: interrupted`);
    const cause = error instanceof Error ? error : new Error(String(error));
    if ("code" in cause && cause.code === "ENOENT") return err(`${input}: no such file or folder`);
    const inner = cause.cause instanceof Error ? `: ${cause.cause.message}` : "";
    return err(`${input}: ${cause.message}${inner}`);
  }
}

/** JSON that does not mean to be an object of Kubernetes. */
function isOtherJson(text: string): boolean {
  try {
    const value: JsonValue = JSON.parse(text);
    return member(value, "apiVersion") === undefined && member(value, "kind") === undefined;
  } catch {
    return false;
  }
}
