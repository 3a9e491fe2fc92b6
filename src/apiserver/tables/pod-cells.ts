import { child, type Fields, items, number, text } from "../../api/core/fields.ts";
import type { JsonObject, JsonValue } from "../../json/value.ts";
import { ageOf } from "./age.ts";

function isTrue(status: Fields, type: string): boolean {
  return items(status, "conditions").some((item) => text(item, "type") === type && text(item, "status") === "True");
}

function stateText(terminated: Fields): string {
  const reason = text(terminated, "reason");
  if (reason !== "") return reason;
  const signal = number(terminated, "signal") ?? 0;
  return signal !== 0 ? `Signal:${signal}` : `ExitCode:${number(terminated, "exitCode") ?? 0}`;
}

interface PodSummary {
  readonly ready: number;
  readonly total: number;
  readonly reason: string;
  readonly restarts: number;
  /** When the last container that was restarted ended. */
  readonly lastRestart: string;
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}

function finishedAt(status: Fields): string {
  return text(child(child(status, "lastState"), "terminated"), "finishedAt");
}

/** What `kubectl get pods` says about a pod (spec: kube-api, section 12). */
function summarize(pod: JsonObject): PodSummary {
  const spec = child(pod, "spec") ?? {};
  const status = child(pod, "status") ?? {};
  const initSpecs = items(spec, "initContainers");
  let reason = text(status, "reason") || text(status, "phase");
  const gated = items(status, "conditions").some(
    (item) => text(item, "type") === "PodScheduled" && text(item, "reason") === "SchedulingGated",
  );
  if (gated) reason = "SchedulingGated";
  let restarts = 0;
  let lastRestart = "";
  let ready = 0;
  let sidecarRestarts = 0;
  const restartable = new Set(
    initSpecs.filter((item) => text(item, "restartPolicy") === "Always").map((item) => text(item, "name")),
  );
  let initializing = false;
  items(status, "initContainerStatuses").some((container, index) => {
    restarts += number(container, "restartCount") ?? 0;
    lastRestart = later(lastRestart, finishedAt(container));
    const always = restartable.has(text(container, "name"));
    if (always) sidecarRestarts += number(container, "restartCount") ?? 0;
    const state = child(container, "state");
    const terminated = child(state, "terminated");
    if (terminated && (number(terminated, "exitCode") ?? 0) === 0) return false;
    if (always && container["started"] === true) {
      if (container["ready"] === true) ready++;
      return false;
    }
    if (terminated) {
      const why = text(terminated, "reason");
      const signal = number(terminated, "signal") ?? 0;
      reason = `Init:${why !== "" ? why : signal !== 0 ? `Signal:${signal}` : `ExitCode:${number(terminated, "exitCode") ?? 0}`}`;
    } else {
      const waiting = text(child(state, "waiting"), "reason");
      reason =
        waiting !== "" && waiting !== "PodInitializing" ? `Init:${waiting}` : `Init:${index}/${initSpecs.length}`;
    }
    initializing = true;
    return true;
  });
  if (!initializing || isTrue(status, "Initialized")) {
    restarts = sidecarRestarts;
    if (restarts === 0) lastRestart = "";
    let running = false;
    for (const container of items(status, "containerStatuses").toReversed()) {
      restarts += number(container, "restartCount") ?? 0;
      lastRestart = later(lastRestart, finishedAt(container));
      const state = child(container, "state");
      const waiting = text(child(state, "waiting"), "reason");
      const terminated = child(state, "terminated");
      if (waiting !== "") reason = waiting;
      else if (terminated) reason = stateText(terminated);
      else if (container["ready"] === true && child(state, "running")) {
        running = true;
        ready++;
      }
    }
    if (reason === "Completed" && running) reason = isTrue(status, "Ready") ? "Running" : "NotReady";
  }
  if (child(pod, "metadata")?.["deletionTimestamp"] !== undefined) {
    reason =
      text(status, "reason") === "NodeLost"
        ? "Unknown"
        : reason === "Succeeded" || reason === "Failed"
          ? reason
          : "Terminating";
  }
  return { ready, total: items(spec, "containers").length + restartable.size, reason, restarts, lastRestart };
}

/** Cells of a Pod. */
export function podCells(pod: JsonObject, nowMs: number): readonly JsonValue[] {
  const spec = child(pod, "spec") ?? {};
  const status = child(pod, "status") ?? {};
  const { ready, total, reason, restarts, lastRestart } = summarize(pod);
  const gates = items(spec, "readinessGates");
  const open = gates.filter((gate) => isTrue(status, text(gate, "conditionType"))).length;
  const none = "<none>";
  return [
    text(child(pod, "metadata"), "name"),
    `${ready}/${total}`,
    reason,
    restarts !== 0 && lastRestart !== "" ? `${restarts} (${ageOf(lastRestart, nowMs)} ago)` : String(restarts),
    ageOf(child(pod, "metadata")?.["creationTimestamp"], nowMs),
    text(items(status, "podIPs")[0], "ip") || text(status, "podIP") || none,
    text(spec, "nodeName") || none,
    text(status, "nominatedNodeName") || none,
    gates.length === 0 ? none : `${open}/${gates.length}`,
  ];
}

/** A pod that has run to its end says so in its row. */
export function podConditions(pod: JsonObject): readonly JsonObject[] {
  const phase = text(child(pod, "status"), "phase");
  if (phase === "Succeeded") {
    return [{ type: "Completed", status: "True", reason: "Succeeded", message: "The pod has completed successfully." }];
  }
  if (phase === "Failed") return [{ type: "Completed", status: "True", reason: "Failed", message: "The pod failed." }];
  return [];
}
