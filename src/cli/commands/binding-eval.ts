import { encodeGoString } from "../../json/go-encode.ts";
import { compareUtf8 } from "../../json/go-utf8.ts";
import { isJsonArray, type JsonValue, member } from "../../json/value.ts";
import { loadManifests } from "../../offline/load-manifests.ts";
import type { Manifest } from "../../offline/manifests.ts";
import { type RequestOptions, readRequest } from "../../offline/request-input.ts";
import { err, ok, type Result } from "../../result.ts";
import { eventHeader } from "../../sink/event-header.ts";
import type { BindingParam } from "../../triggers/bindings.ts";
import { decodeEventBody, type ResolvedParam, resolveParams } from "../../triggers/params.ts";
import { type Failure, failure, usageFailure } from "../failure.ts";

/** Options of `tektite binding eval`; the longer spellings are those of Tekton's binding-eval. */
export interface BindingEvalOptions extends RequestOptions {
  readonly binding?: string;
}

/**
 * `tektite binding eval`: the params that TriggerBindings give for a saved request, printed as Tekton's binding-eval
 * prints them: a JSON list, sorted by name.
 */
export async function bindingEval({ binding, ...options }: BindingEvalOptions): Promise<Result<void, Failure>> {
  if (binding === undefined) return err(usageFailure("no binding is given: -b FILE"));
  const saved = readRequest(options);
  if (!saved.ok) return err(usageFailure(saved.error));
  const manifests = await loadManifests([binding]);
  if (!manifests.ok) return err(usageFailure(manifests.error));
  const bindings: BindingParam[] = [];
  for (const manifest of manifests.value) {
    const params = bindingParams(manifest);
    if (!params.ok) return err(usageFailure(params.error));
    bindings.push(...params.value);
  }
  const { rawHeaders, body } = saved.value;
  const event = { header: eventHeader(rawHeaders), body: decodeEventBody(body), extensions: {}, eventId: "" };
  const params = resolveParams(bindings, [], event);
  if (!params.ok) return err(failure(`error resolving params: ${params.error}`));
  process.stdout.write(formatParams(params.value));
  return ok(undefined);
}

function bindingParams({ object, file, document, line, lineOf }: Manifest): Result<readonly BindingParam[], string> {
  const { kind, metadata } = object;
  if (kind !== "TriggerBinding" && kind !== "ClusterTriggerBinding") {
    return err(`${file}: document ${document}, line ${line}: expected a TriggerBinding, found a ${kind}`);
  }
  const list = member(object["spec"] as JsonValue | undefined, "params") ?? [];
  if (!isJsonArray(list)) {
    return err(`${file}: document ${document}, line ${lineOf("spec.params")}: spec.params: expected a list`);
  }
  const params: BindingParam[] = [];
  for (const [index, param] of list.entries()) {
    const path = `spec.params[${index}]`;
    const name = member(param, "name") ?? "";
    const value = member(param, "value") ?? "";
    if (typeof name !== "string" || typeof value !== "string") {
      return err(
        `${file}: document ${document}, line ${lineOf(path)}: ${path}: expected a name and a value, both text`,
      );
    }
    params.push({ name, value, binding: { kind, name: metadata.name ?? "" } });
  }
  return ok(params);
}

/** As Go's JSON encoder prints a list of params with an indent of two spaces. */
function formatParams(params: readonly ResolvedParam[]): string {
  if (params.length === 0) return "[]\n";
  const sorted = [...params].sort((a, b) => compareUtf8(a.name, b.name));
  const items = sorted.map(
    ({ name, value }) => `  {\n    "name": ${encodeGoString(name)},\n    "value": ${encodeGoString(value)}\n  }`,
  );
  return `[\n${items.join(",\n")}\n]\n`;
}
