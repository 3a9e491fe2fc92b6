import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../../json/value.ts";
import {
  duplicate,
  type FieldProblem,
  forbidden,
  invalid,
  notFoundProblem,
  notSupported,
  required,
} from "../field-problem.ts";
import { child, ensureChild, type Fields, items, number, setDefault, text } from "../fields.ts";
import type { KindStrategy } from "../kind-strategy.ts";
import { labelProblems } from "../names.ts";
import { compareQuantities } from "../quantity.ts";
import { ephemeralContainersStrategy, resizeStrategy } from "./pod-subresources.ts";

function defaultProbe(probe: Fields | undefined): void {
  if (!probe) return;
  for (const [key, value] of [
    ["timeoutSeconds", 1],
    ["periodSeconds", 10],
    ["successThreshold", 1],
    ["failureThreshold", 3],
  ] as const) {
    if ((number(probe, key) ?? 0) === 0) probe[key] = value;
  }
  defaultHandler(probe);
  const grpc = child(probe, "grpc");
  if (grpc) setDefault(grpc, "service", "");
}

function defaultHandler(handler: Fields | undefined): void {
  const get = child(handler, "httpGet");
  if (!get) return;
  setDefault(get, "path", "/");
  setDefault(get, "scheme", "HTTP");
}

function defaultContainer(container: Fields): void {
  const image = text(container, "image");
  if (text(container, "imagePullPolicy") === "") {
    container["imagePullPolicy"] = latest(image) ? "Always" : "IfNotPresent";
  }
  setDefault(container, "terminationMessagePath", "/dev/termination-log");
  setDefault(container, "terminationMessagePolicy", "File");
  for (const port of items(container, "ports")) setDefault(port, "protocol", "TCP");
  for (const env of items(container, "env")) {
    const ref = child(child(env, "valueFrom"), "fieldRef");
    if (ref) setDefault(ref, "apiVersion", "v1");
  }
  defaultProbe(child(container, "livenessProbe"));
  defaultProbe(child(container, "readinessProbe"));
  defaultProbe(child(container, "startupProbe"));
  const lifecycle = child(container, "lifecycle");
  defaultHandler(child(lifecycle, "postStart"));
  defaultHandler(child(lifecycle, "preStop"));
  const resources = child(container, "resources");
  const limits = child(resources, "limits");
  if (resources && limits) {
    const requests: Fields = { ...child(resources, "requests") };
    for (const key of Object.keys(limits)) setDefault(requests, key, limits[key]!);
    resources["requests"] = requests;
  }
}

/** Whether the image is that of the moving tag `latest`, named or implied. */
function latest(image: string): boolean {
  if (image.includes("@")) return false;
  const last = image.slice(image.lastIndexOf("/") + 1);
  const tag = last.indexOf(":");
  return tag < 0 || last.slice(tag + 1) === "latest";
}

function defaultVolume(volume: Fields): void {
  for (const kind of ["secret", "configMap", "projected", "downwardAPI"]) {
    const source = child(volume, kind);
    if (source) setDefault(source, "defaultMode", 420);
  }
  const path = child(volume, "hostPath");
  if (path) setDefault(path, "type", "");
  for (const item of [...items(child(volume, "downwardAPI"), "items")]) {
    const ref = child(item, "fieldRef");
    if (ref) setDefault(ref, "apiVersion", "v1");
  }
  for (const source of items(child(volume, "projected"), "sources")) {
    const token = child(source, "serviceAccountToken");
    if (token) setDefault(token, "expirationSeconds", 3600);
    for (const item of items(child(source, "downwardAPI"), "items")) {
      const ref = child(item, "fieldRef");
      if (ref) setDefault(ref, "apiVersion", "v1");
    }
  }
  const known = Object.keys(volume).some((key) => key !== "name");
  if (!known) volume["emptyDir"] = {};
}

/** Defaults of a pod spec, in a Pod or a template. */
export function defaultPodSpec(spec: Fields): void {
  for (const list of ["initContainers", "containers", "ephemeralContainers"])
    for (const container of items(spec, list)) defaultContainer(container);
  for (const volume of items(spec, "volumes")) defaultVolume(volume);
  setDefault(spec, "restartPolicy", "Always");
  setDefault(spec, "terminationGracePeriodSeconds", 30);
  setDefault(spec, "dnsPolicy", "ClusterFirst");
  if (text(spec, "serviceAccountName") === "" && text(spec, "serviceAccount") !== "") {
    spec["serviceAccountName"] = text(spec, "serviceAccount");
  }
  if (text(spec, "serviceAccountName") !== "") spec["serviceAccount"] = text(spec, "serviceAccountName");
  setDefault(spec, "securityContext", {});
  setDefault(spec, "schedulerName", "default-scheduler");
  if (spec["hostNetwork"] === true) {
    for (const container of items(spec, "containers")) {
      for (const port of items(container, "ports"))
        if ((number(port, "hostPort") ?? 0) === 0) port["hostPort"] = port["containerPort"]!;
    }
  }
}

function qosClass(spec: Fields): string {
  const containers = [...items(spec, "containers"), ...items(spec, "initContainers")];
  let any = false;
  let guaranteed = true;
  for (const container of containers) {
    const resources = child(container, "resources");
    const requests = child(resources, "requests") ?? {};
    const limits = child(resources, "limits") ?? {};
    for (const key of ["cpu", "memory"]) {
      const request = text(requests, key);
      const limit = text(limits, key);
      if ((request !== "" && request !== "0") || (limit !== "" && limit !== "0")) any = true;
      if (limit === "" || limit === "0" || (request !== "" && compareQuantities(request, limit) !== 0))
        guaranteed = false;
    }
  }
  return any ? (guaranteed ? "Guaranteed" : "Burstable") : "BestEffort";
}

/** Problems of a pod spec; `at` is `spec` or `spec.template.spec`. */
export function validatePodSpec(spec: Fields, at: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const volumes = new Set<string>();
  items(spec, "volumes").forEach((volume, index) => {
    const name = text(volume, "name");
    if (name === "") problems.push(required(`${at}.volumes[${index}].name`));
    else for (const detail of labelProblems(name)) problems.push(invalid(`${at}.volumes[${index}].name`, name, detail));
    if (volumes.has(name)) problems.push(duplicate(`${at}.volumes[${index}].name`, name));
    volumes.add(name);
  });
  const containers = items(spec, "containers");
  if (containers.length === 0) problems.push(required(`${at}.containers`));
  const names = new Set<string>();
  for (const [index, container] of containers.entries()) {
    problems.push(...validateContainer(container, `${at}.containers[${index}]`, volumes, names));
  }
  for (const [index, container] of items(spec, "initContainers").entries()) {
    problems.push(...validateContainer(container, `${at}.initContainers[${index}]`, volumes, names));
  }
  const policy = text(spec, "restartPolicy");
  if (!["Always", "OnFailure", "Never"].includes(policy)) {
    problems.push(
      policy === ""
        ? required(`${at}.restartPolicy`)
        : notSupported(`${at}.restartPolicy`, policy, ["Always", "OnFailure", "Never"]),
    );
  }
  const dns = text(spec, "dnsPolicy");
  if (!["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"].includes(dns)) {
    problems.push(notSupported(`${at}.dnsPolicy`, dns, ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]));
  }
  const deadline = number(spec, "activeDeadlineSeconds");
  if (deadline !== undefined && (deadline < 1 || deadline > 2147483647)) {
    problems.push(invalid(`${at}.activeDeadlineSeconds`, deadline, "must be between 1 and 2147483647, inclusive"));
  }
  const grace = number(spec, "terminationGracePeriodSeconds");
  if (grace !== undefined && grace < 0)
    problems.push(invalid(`${at}.terminationGracePeriodSeconds`, grace, "must be greater than or equal to 0"));
  return problems;
}

function validateContainer(
  container: Fields,
  at: string,
  volumes: ReadonlySet<string>,
  names: Set<string>,
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const name = text(container, "name");
  if (name === "") problems.push(required(`${at}.name`));
  else for (const detail of labelProblems(name)) problems.push(invalid(`${at}.name`, name, detail));
  if (names.has(name)) problems.push(duplicate(`${at}.name`, name));
  else names.add(name);
  const image = text(container, "image");
  if (image === "") problems.push(required(`${at}.image`));
  else if (image.trim() !== image)
    problems.push(invalid(`${at}.image`, image, "must not have leading or trailing whitespace"));
  items(container, "ports").forEach((port, index) => {
    const value = number(port, "containerPort") ?? 0;
    const field = `${at}.ports[${index}]`;
    if (value === 0) problems.push(required(`${field}.containerPort`));
    else if (value < 1 || value > 65535)
      problems.push(invalid(`${field}.containerPort`, value, "must be between 1 and 65535, inclusive"));
    const host = number(port, "hostPort");
    if (host !== undefined && (host < 1 || host > 65535))
      problems.push(invalid(`${field}.hostPort`, host, "must be between 1 and 65535, inclusive"));
    const protocol = text(port, "protocol");
    if (!["SCTP", "TCP", "UDP"].includes(protocol))
      problems.push(notSupported(`${field}.protocol`, protocol, ["SCTP", "TCP", "UDP"]));
  });
  items(container, "env").forEach((env, index) => {
    const variable = text(env, "name");
    if (variable === "") problems.push(required(`${at}.env[${index}].name`));
    if (child(env, "valueFrom") && text(env, "value") !== "") {
      problems.push(invalid(`${at}.env[${index}].valueFrom`, "", "may not be specified when `value` is not empty"));
    }
  });
  const paths = new Set<string>();
  items(container, "volumeMounts").forEach((mount, index) => {
    const field = `${at}.volumeMounts[${index}]`;
    const volume = text(mount, "name");
    if (volume === "") problems.push(required(`${field}.name`));
    else if (!volumes.has(volume)) problems.push(notFoundProblem(`${field}.name`, volume));
    const path = text(mount, "mountPath");
    if (path === "") problems.push(required(`${field}.mountPath`));
    if (paths.has(path)) problems.push(invalid(`${field}.mountPath`, path, "must be unique"));
    paths.add(path);
  });
  const pull = text(container, "imagePullPolicy");
  if (!["Always", "IfNotPresent", "Never"].includes(pull)) {
    problems.push(notSupported(`${at}.imagePullPolicy`, pull, ["Always", "IfNotPresent", "Never"]));
  }
  const message = text(container, "terminationMessagePolicy");
  if (!["FallbackToLogsOnError", "File"].includes(message)) {
    problems.push(notSupported(`${at}.terminationMessagePolicy`, message, ["FallbackToLogsOnError", "File"]));
  }
  const resources = child(container, "resources");
  const limits = child(resources, "limits") ?? {};
  const requests = child(resources, "requests") ?? {};
  for (const key of Object.keys(requests)) {
    const limit = text(limits, key);
    const request = text(requests, key);
    if (limit !== "" && compareQuantities(request, limit) > 0) {
      problems.push(
        invalid(`${at}.resources.requests`, request, `must be less than or equal to ${key} limit of ${limit}`),
      );
    }
  }
  return problems;
}

const mutable = new Set(["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "schedulingGates"]);
const immutableText =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

function withoutMutable(spec: Fields): JsonObject {
  const strip = (list: string): readonly JsonObject[] => items(spec, list).map(({ image: _image, ...rest }) => rest);
  const kept = Object.fromEntries(Object.entries(spec).filter(([key]) => !mutable.has(key)));
  return { ...kept, containers: strip("containers"), initContainers: strip("initContainers") };
}

const gatedCondition = {
  type: "PodScheduled",
  status: "False",
  lastProbeTime: null,
  lastTransitionTime: null,
  reason: "SchedulingGated",
  message: "Scheduling is blocked due to non-empty scheduling gates",
};

/** Pod: defaults, validation and what an update may change (spec: kube-api, section 13). */
export const podStrategy: KindStrategy = {
  nameRule: "subdomain",
  generation: true,
  answersDeleted: true,
  subresources: { ephemeralcontainers: ephemeralContainersStrategy, resize: resizeStrategy(qosClass) },
  default: (object) => {
    const spec = ensureChild(object, "spec");
    defaultPodSpec(spec);
    setDefault(spec, "enableServiceLinks", true);
  },
  prepareForCreate: (object) => {
    const spec = ensureChild(object, "spec");
    const gated = items(spec, "schedulingGates").length > 0;
    object["status"] = {
      phase: "Pending",
      ...(gated && { conditions: [gatedCondition] }),
      qosClass: qosClass(spec),
    };
  },
  validate: (object) => validatePodSpec(child(object, "spec") ?? {}, "spec"),
  validateUpdate: (object, old) => {
    const spec = child(object, "spec") ?? {};
    const before = child(old, "spec") ?? {};
    const problems: FieldProblem[] = [];
    if (items(spec, "containers").length !== items(before, "containers").length) {
      return [forbidden("spec.containers", "pod updates may not add or remove containers")];
    }
    const tolerations = items(before, "tolerations");
    const kept = items(spec, "tolerations");
    const missing = tolerations.some((toleration) => !kept.some((other) => isDeepStrictEqual(other, toleration)));
    if (missing)
      problems.push(
        forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds"),
      );
    const deadline = number(spec, "activeDeadlineSeconds");
    const oldDeadline = number(before, "activeDeadlineSeconds");
    if (oldDeadline !== undefined && (deadline === undefined || deadline > oldDeadline)) {
      problems.push(
        deadline === undefined
          ? invalid("spec.activeDeadlineSeconds", deadline, "must not update from a positive integer to nil value")
          : invalid("spec.activeDeadlineSeconds", deadline, "must be less than or equal to previous value"),
      );
    }
    if (!isDeepStrictEqual(withoutMutable(spec), withoutMutable(before))) {
      problems.push(forbidden("spec", immutableText));
    }
    return problems;
  },
  fieldLabels: (object) => {
    const spec = child(object, "spec");
    const status = child(object, "status");
    return {
      "spec.nodeName": text(spec, "nodeName"),
      "spec.restartPolicy": text(spec, "restartPolicy"),
      "spec.schedulerName": text(spec, "schedulerName"),
      "spec.serviceAccountName": text(spec, "serviceAccountName"),
      "spec.hostNetwork": String(spec?.["hostNetwork"] === true),
      "status.phase": text(status, "phase"),
      "status.podIP": text(status, "podIP"),
      "status.nominatedNodeName": text(status, "nominatedNodeName"),
    };
  },
};
