import type { K8sObject } from "../api/object.ts";
import type { EnvVarSource, Volume } from "../api/pipelines/task.ts";
import { parseQuantity } from "../api/quantity.ts";
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, member } from "../json/value.ts";
import { err, ok, type Result } from "../result.ts";
import type { DraftContainer, PodDraft } from "./pod-draft.ts";

/** Objects that a pod's environment and volumes come from; undefined for one that does not exist. */
export interface PodSources {
  readonly configMaps: ReadonlyMap<string, ReadonlyMap<string, Uint8Array> | undefined>;
  readonly secrets: ReadonlyMap<string, ReadonlyMap<string, Uint8Array> | undefined>;
  /** Folder of a claim. */
  readonly claims: ReadonlyMap<string, string | undefined>;
  /** Token of the pod's ServiceAccount, by audience; empty audience is the API server's. */
  readonly tokens: ReadonlyMap<string, string>;
}

/** Names of the objects to read before a pod can be planned. */
export interface NeededSources {
  readonly configMaps: ReadonlySet<string>;
  readonly secrets: ReadonlySet<string>;
  readonly claims: ReadonlySet<string>;
  readonly tokenAudiences: ReadonlySet<string>;
}

interface SourceFile {
  readonly path: string;
  readonly content: Uint8Array;
  readonly mode: number;
}

/** A volume whose source has been read. */
export type ReadVolume =
  | { readonly kind: "scratch"; readonly name: string }
  | { readonly kind: "host"; readonly name: string; readonly hostPath: string; readonly create: boolean }
  | { readonly kind: "files"; readonly name: string; readonly files: readonly SourceFile[] };

export interface EnvEntry {
  readonly name: string;
  readonly value: string;
}

/** Names of everything that env and volumes refer to. */
export function neededSources(draft: PodDraft): NeededSources {
  const needed = {
    configMaps: new Set<string>(),
    secrets: new Set<string>(),
    claims: new Set<string>(),
    tokenAudiences: new Set<string>(),
  };
  for (const container of [...draft.steps, ...draft.sidecars]) {
    for (const entry of container.env) {
      const { configMapKeyRef, secretKeyRef } = entry.valueFrom ?? {};
      if (configMapKeyRef?.name) needed.configMaps.add(configMapKeyRef.name);
      if (secretKeyRef?.name) needed.secrets.add(secretKeyRef.name);
    }
    for (const source of container.envFrom) {
      if (source.configMapRef?.name) needed.configMaps.add(source.configMapRef.name);
      if (source.secretRef?.name) needed.secrets.add(source.secretRef.name);
    }
  }
  for (const volume of draft.volumes) {
    addName(needed.configMaps, member(volume["configMap"], "name"));
    addName(needed.secrets, member(volume["secret"], "secretName"));
    addName(needed.claims, member(volume["persistentVolumeClaim"], "claimName"));
    for (const source of listOf(member(volume["projected"], "sources"))) {
      addName(needed.configMaps, member(member(source, "configMap"), "name"));
      addName(needed.secrets, member(member(source, "secret"), "name"));
      const token = member(source, "serviceAccountToken");
      if (token !== undefined) needed.tokenAudiences.add(textOf(member(token, "audience")));
    }
  }
  return needed;
}

/** The container's environment with all sources read; an error names what is missing. */
export function readEnv(
  container: DraftContainer,
  sources: PodSources,
  pod: K8sObject,
): Result<readonly EnvEntry[], string> {
  const entries = new Map<string, string>();
  for (const { prefix = "", configMapRef, secretRef } of container.envFrom) {
    const kind = configMapRef !== undefined ? "configmap" : "secret";
    const ref = configMapRef ?? secretRef;
    if (ref === undefined) continue;
    const values = (kind === "configmap" ? sources.configMaps : sources.secrets).get(ref.name ?? "");
    if (values === undefined) {
      if (ref.optional === true) continue;
      return err(`${kind} "${ref.name}" not found`);
    }
    for (const [key, value] of values) {
      if (/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(prefix + key)) entries.set(prefix + key, decode(value));
    }
  }
  for (const { name, value, valueFrom } of container.env) {
    if (valueFrom === undefined) {
      entries.set(name, value ?? "");
      continue;
    }
    const read = readValue(valueFrom, sources, pod, container);
    if (!read.ok) return read;
    if (read.value !== undefined) entries.set(name, read.value);
  }
  return ok([...entries].map(([name, value]) => ({ name, value })));
}

function readValue(
  source: EnvVarSource,
  sources: PodSources,
  pod: K8sObject,
  container: DraftContainer,
): Result<string | undefined, string> {
  if (source.fieldRef !== undefined) return podField(source.fieldRef.fieldPath, pod);
  if (source.resourceFieldRef !== undefined) {
    return ok(resourceField(source.resourceFieldRef.resource, source.resourceFieldRef.divisor, container));
  }
  const kind = source.configMapKeyRef !== undefined ? "configmap" : "secret";
  const ref = source.configMapKeyRef ?? source.secretKeyRef;
  if (ref === undefined) return ok(undefined);
  const values = (kind === "configmap" ? sources.configMaps : sources.secrets).get(ref.name ?? "");
  const value = values?.get(ref.key);
  if (value !== undefined) return ok(decode(value));
  if (ref.optional === true) return ok(undefined);
  return err(
    values === undefined
      ? `${kind} "${ref.name}" not found`
      : `couldn't find key ${ref.key} in ${kind === "configmap" ? "ConfigMap" : "Secret"} ${pod.metadata.namespace}/${ref.name}`,
  );
}

/** A field of the pod as the downward API names it. */
function podField(path: string, pod: K8sObject): Result<string, string> {
  const { name, namespace, uid, labels = {}, annotations = {} } = pod.metadata;
  const spec = pod["spec"] as JsonValue;
  const keyed = /^metadata\.(labels|annotations)\['([^']*)'\]$/.exec(path);
  if (keyed !== null) {
    const map = keyed[1] === "labels" ? labels : annotations;
    const key = keyed[2] ?? "";
    return ok(Object.hasOwn(map, key) ? (map[key] ?? "") : "");
  }
  switch (path) {
    case "metadata.name":
      return ok(name ?? "");
    case "metadata.namespace":
      return ok(namespace ?? "");
    case "metadata.uid":
      return ok(uid ?? "");
    case "metadata.labels":
      return ok(quotedLines(labels));
    case "metadata.annotations":
      return ok(quotedLines(annotations));
    case "spec.nodeName":
      return ok(textOf(member(spec, "nodeName")));
    case "spec.serviceAccountName":
      return ok(textOf(member(spec, "serviceAccountName")));
    case "status.podIP":
    case "status.podIPs":
    case "status.hostIP":
    case "status.hostIPs":
      return ok("127.0.0.1");
    default:
      return err(`unsupported fieldPath: ${path}`);
  }
}

function quotedLines(map: Readonly<Record<string, string>>): string {
  return Object.entries(map)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join("\n");
}

/** A limit or request of the container in units of the divisor, rounded up; 0 when it has none. */
function resourceField(resource: string, divisor: string | undefined, container: DraftContainer): string {
  const [section = "", ...rest] = resource.split(".");
  const map = section === "limits" ? container.resources.limits : container.resources.requests;
  const name = rest.join(".");
  const text = map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined;
  const amount = text === undefined ? undefined : parseQuantity(text);
  const unit = parseQuantity(divisor === undefined || divisor === "" || divisor === "0" ? "1" : divisor);
  if (amount === undefined || !amount.ok || !unit.ok || unit.value.nanos <= 0n) return "0";
  return ((amount.value.nanos + unit.value.nanos - 1n) / unit.value.nanos).toString();
}

/** A volume with its source read; an error is told to the user as a problem of the pod's configuration. */
export function readVolume(volume: Volume, sources: PodSources, pod: K8sObject): Result<ReadVolume, string> {
  const { name } = volume;
  const source = Object.keys(volume).find((key) => key !== "name");
  const value = source === undefined ? {} : volume[source];
  switch (source) {
    case undefined:
    case "emptyDir":
      return ok({ kind: "scratch", name });
    case "hostPath": {
      const type = textOf(member(value, "type"));
      return ok({
        kind: "host",
        name,
        hostPath: textOf(member(value, "path")),
        create: type === "DirectoryOrCreate",
      });
    }
    case "persistentVolumeClaim": {
      const claim = textOf(member(value, "claimName"));
      const folder = sources.claims.get(claim);
      if (folder === undefined) return err(`persistentvolumeclaim "${claim}" not found`);
      return ok({ kind: "host", name, hostPath: folder, create: true });
    }
    case "configMap":
    case "secret": {
      const key = source === "configMap" ? "name" : "secretName";
      const files = keyedFiles(
        source,
        textOf(member(value, key)),
        value,
        sources,
        modeOf(member(value, "defaultMode")),
      );
      return files.ok ? ok({ kind: "files", name, files: files.value }) : files;
    }
    case "downwardAPI": {
      const files = downwardFiles(value, pod, modeOf(member(value, "defaultMode")));
      return files.ok ? ok({ kind: "files", name, files: files.value }) : files;
    }
    case "projected": {
      const files = projectedFiles(value, sources, pod);
      return files.ok ? ok({ kind: "files", name, files: files.value }) : files;
    }
    default:
      return err(`volume "${name}" has a source that this runner does not provide: ${source}`);
  }
}

function keyedFiles(
  kind: "configMap" | "secret",
  object: string,
  source: JsonValue | undefined,
  sources: PodSources,
  mode: number,
): Result<readonly SourceFile[], string> {
  const values = (kind === "configMap" ? sources.configMaps : sources.secrets).get(object);
  const optional = member(source, "optional") === true;
  if (values === undefined) {
    return optional ? ok([]) : err(`${kind === "configMap" ? "configmap" : "secret"} "${object}" not found`);
  }
  const items = member(source, "items");
  if (!isJsonArray(items)) return ok([...values].map(([key, content]) => ({ path: key, content, mode })));
  const files: SourceFile[] = [];
  for (const item of items) {
    const key = textOf(member(item, "key"));
    const content = values.get(key);
    if (content !== undefined) {
      const own = member(item, "mode");
      files.push({ path: textOf(member(item, "path")) || key, content, mode: own === undefined ? mode : modeOf(own) });
    } else if (!optional) {
      return err(
        `references non-existent ${kind === "configMap" ? "config" : "secret"} key: ${key} (${kind === "configMap" ? "configmap" : "secret"} "${object}")`,
      );
    }
  }
  return ok(files);
}

function downwardFiles(
  source: JsonValue | undefined,
  pod: K8sObject,
  mode: number,
): Result<readonly SourceFile[], string> {
  const files: SourceFile[] = [];
  for (const item of listOf(member(source, "items"))) {
    const path = textOf(member(member(item, "fieldRef"), "fieldPath"));
    const field = podField(path, pod);
    if (!field.ok) return field;
    const own = member(item, "mode");
    files.push({
      path: textOf(member(item, "path")),
      content: new TextEncoder().encode(field.value),
      mode: own === undefined ? mode : modeOf(own),
    });
  }
  return ok(files);
}

function projectedFiles(
  source: JsonValue | undefined,
  sources: PodSources,
  pod: K8sObject,
): Result<readonly SourceFile[], string> {
  const mode = modeOf(member(source, "defaultMode"));
  const files: SourceFile[] = [];
  for (const part of listOf(member(source, "sources"))) {
    const kind = isJsonObject(part) ? Object.keys(part)[0] : undefined;
    const value = kind === undefined ? undefined : member(part, kind);
    let read: Result<readonly SourceFile[], string>;
    if (kind === "configMap" || kind === "secret") {
      read = keyedFiles(kind, textOf(member(value, "name")), value, sources, mode);
    } else if (kind === "downwardAPI") read = downwardFiles(value, pod, mode);
    else if (kind === "serviceAccountToken") {
      const token = sources.tokens.get(textOf(member(value, "audience"))) ?? "";
      read = ok([{ path: textOf(member(value, "path")), content: new TextEncoder().encode(token), mode }]);
    } else return err(`a projected volume has a source that this runner does not provide: ${kind ?? "none"}`);
    if (!read.ok) return read;
    files.push(...read.value);
  }
  return ok(files);
}

function modeOf(value: JsonValue | undefined): number {
  return typeof value === "number" ? value : 0o644;
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function addName(names: Set<string>, value: JsonValue | undefined): void {
  if (typeof value === "string" && value !== "") names.add(value);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Values of a ConfigMap by key, texts and binary ones. */
export function configMapValues(object: K8sObject): ReadonlyMap<string, Uint8Array> {
  const values = new Map<string, Uint8Array>();
  for (const [key, value] of Object.entries((object["data"] as JsonObject | undefined) ?? {})) {
    if (typeof value === "string") values.set(key, new TextEncoder().encode(value));
  }
  for (const [key, value] of Object.entries((object["binaryData"] as JsonObject | undefined) ?? {})) {
    if (typeof value === "string") values.set(key, Buffer.from(value, "base64"));
  }
  return values;
}
