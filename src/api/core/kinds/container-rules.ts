import {
  duplicate,
  type FieldProblem,
  forbidden,
  invalid,
  notFoundProblem,
  notSupported,
  required,
} from "../field-problem.ts";
import { child, type Fields, items, number, text } from "../fields.ts";
import { labelProblems, portNameProblems } from "../names.ts";
import { compareQuantities } from "../quantity.ts";

/**
 * Problems of one container at `at`. `volumes` are those that the pod has; `names` those of the containers before, to
 * which its own is added.
 */
export function containerProblems(
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
  problems.push(...handlerProblems(container, at));
  problems.push(...portProblems(items(container, "ports"), `${at}.ports`));
  problems.push(...environmentProblems(items(container, "env"), `${at}.env`));
  problems.push(...mountProblems(items(container, "volumeMounts"), `${at}.volumeMounts`, volumes));
  problems.push(...policyProblems(container, at, "imagePullPolicy", ["Always", "IfNotPresent", "Never"]));
  problems.push(...policyProblems(container, at, "terminationMessagePolicy", ["FallbackToLogsOnError", "File"]));
  return [...problems, ...resourceProblems(child(container, "resources"), `${at}.resources`)];
}

function policyProblems(
  container: Fields,
  at: string,
  field: string,
  supported: readonly string[],
): readonly FieldProblem[] {
  const value = text(container, field);
  return supported.includes(value) ? [] : [notSupported(`${at}.${field}`, value, supported)];
}

function portProblems(ports: readonly Fields[], at: string): readonly FieldProblem[] {
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const problems: FieldProblem[] = [];
    const field = `${at}[${index}]`;
    const name = text(port, "name");
    const nameProblems = name === "" ? [] : portNameProblems(name);
    for (const detail of nameProblems) problems.push(invalid(`${field}.name`, name, detail));
    if (nameProblems.length === 0 && names.has(name)) problems.push(duplicate(`${field}.name`, name));
    if (name !== "") names.add(name);
    const value = number(port, "containerPort") ?? 0;
    if (value === 0) problems.push(required(`${field}.containerPort`));
    else if (value < 1 || value > 65535)
      problems.push(invalid(`${field}.containerPort`, value, "must be between 1 and 65535, inclusive"));
    const host = number(port, "hostPort");
    if (host !== undefined && (host < 1 || host > 65535))
      problems.push(invalid(`${field}.hostPort`, host, "must be between 1 and 65535, inclusive"));
    return [...problems, ...policyProblems(port, field, "protocol", ["SCTP", "TCP", "UDP"])];
  });
}

const variableName = "a valid environment variable name must consist only of printable ASCII characters other than '='";

function environmentProblems(variables: readonly Fields[], at: string): readonly FieldProblem[] {
  return variables.flatMap((variable, index) => {
    const problems: FieldProblem[] = [];
    const name = text(variable, "name");
    if (name === "") problems.push(required(`${at}[${index}].name`));
    else if (!/^[ -<>-~]+$/.test(name)) problems.push(invalid(`${at}[${index}].name`, name, variableName));
    if (child(variable, "valueFrom") && text(variable, "value") !== "")
      problems.push(invalid(`${at}[${index}].valueFrom`, "", "may not be specified when `value` is not empty"));
    return problems;
  });
}

function mountProblems(mounts: readonly Fields[], at: string, volumes: ReadonlySet<string>): readonly FieldProblem[] {
  const paths = new Set<string>();
  return mounts.flatMap((mount, index) => {
    const problems: FieldProblem[] = [];
    const field = `${at}[${index}]`;
    const volume = text(mount, "name");
    if (volume === "") problems.push(required(`${field}.name`));
    else if (!volumes.has(volume)) problems.push(notFoundProblem(`${field}.name`, volume));
    const path = text(mount, "mountPath");
    if (path === "") problems.push(required(`${field}.mountPath`));
    if (paths.has(path)) problems.push(invalid(`${field}.mountPath`, path, "must be unique"));
    paths.add(path);
    return problems;
  });
}

const handlers = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"];

/** Probes and lifecycle hooks each have one handler. */
function handlerProblems(container: Fields, at: string): readonly FieldProblem[] {
  const places = [
    ...["livenessProbe", "readinessProbe", "startupProbe"].map((probe) => [probe, child(container, probe)] as const),
    ...["postStart", "preStop"].map(
      (hook) => [`lifecycle.${hook}`, child(child(container, "lifecycle"), hook)] as const,
    ),
  ];
  return places.flatMap(([place, holder]) => {
    if (!holder) return [];
    const given = handlers.filter((handler) => child(holder, handler) !== undefined);
    if (given.length === 0) return [required(`${at}.${place}`, "must specify a handler type")];
    return given
      .slice(1)
      .map((handler) => forbidden(`${at}.${place}.${handler}`, "may not specify more than 1 handler type"));
  });
}

function resourceProblems(resources: Fields | undefined, at: string): readonly FieldProblem[] {
  const limits = child(resources, "limits") ?? {};
  const requests = child(resources, "requests") ?? {};
  return Object.keys(requests).flatMap((key) => {
    const limit = text(limits, key);
    const request = text(requests, key);
    if (limit === "" || compareQuantities(request, limit) <= 0) return [];
    return [invalid(`${at}.requests`, request, `must be less than or equal to ${key} limit of ${limit}`)];
  });
}
