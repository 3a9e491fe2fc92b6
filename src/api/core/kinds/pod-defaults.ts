import { child, type Fields, items, number, setDefault, text } from "../fields.ts";

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
