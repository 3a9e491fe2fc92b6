import type { JsonObject } from "../json/value.ts";
import { openRunLog, type RunLog, type RunLogPiece } from "../kube/run-log.ts";
import type { StepContainer } from "../kube/step-log.ts";
import { yamlText } from "../offline/yaml-text.ts";
import { ok } from "../result.ts";
import { type EndpointAnswer, jsonResult } from "./answer.ts";
import { listObjectEvents } from "./object-events.ts";
import { type Route, refusal } from "./route.ts";
import { cancelModes, cancelRun, rerun } from "./run-actions.ts";
import { isRunKind, type RunKind, type RunSummary, runResources, runStates, runSummary } from "./run-model.ts";
import { getRun, listRuns } from "./run-queries.ts";
import type { LogRecord } from "./views/run-log.ts";
import { isFullView, queryText, type Visit } from "./visit.ts";

/** A run as paths name it. */
interface RunPath {
  readonly kind: RunKind;
  readonly namespace: string;
  readonly name: string;
}

export const runRoutes: readonly Route[] = [
  { method: "GET", path: "runs", answer: runList },
  readsRun("", async (visit, run) =>
    jsonResult(
      isFullView(visit)
        ? await visit.client.get(runResources[run.kind], run)
        : await getRun(visit.client, run.kind, run),
    ),
  ),
  readsRun("/logs", runLog),
  readsRun("/yaml", runYaml),
  readsRun("/events", async ({ client }, { kind, namespace, name }) => {
    const objectKind = kind === "pipelineruns" ? "PipelineRun" : "TaskRun";
    const events = await listObjectEvents(client, { kind: objectKind, namespace, name });
    return jsonResult(events.ok ? ok({ items: events.value }) : events);
  }),
  changesRun("/cancel", async ({ client }, run, body) => {
    const asked = body["mode"] ?? "cancel";
    const mode = cancelModes.find((candidate) => candidate === asked);
    if (mode === undefined) return refusal(400, "BadRequest", `mode must be one of ${cancelModes.join(", ")}`);
    const cancelled = await cancelRun(client, run.kind, run, mode);
    return jsonResult(cancelled.ok ? ok(run) : cancelled);
  }),
  changesRun("/rerun", async ({ client }, run) => {
    const started = await rerun(client, run.kind, run);
    return jsonResult(started.ok ? ok({ ...run, name: started.value.metadata.name }) : started);
  }),
];

async function runList(visit: Visit): Promise<EndpointAnswer> {
  const asked = queryText(visit, "kind");
  const kind = isRunKind(asked) ? asked : "pipelineruns";
  const state = runStates.find((candidate) => candidate === queryText(visit, "state"));
  const words = (queryText(visit, "text") ?? "").toLowerCase();
  const isWanted = (run: RunSummary) =>
    (state === undefined || run.state === state) && (words === "" || textOfRun(run).includes(words));
  const labelSelector = queryText(visit, "labelSelector");
  const isFull = isFullView(visit);
  if (!isFull && labelSelector === undefined) {
    const runs = await visit.listRuns(kind);
    return jsonResult(runs.ok ? ok({ items: runs.value.filter(isWanted) }) : runs);
  }
  const listed = await listRuns(visit.client, kind, { namespace: visit.namespace, labelSelector });
  if (!listed.ok) return jsonResult(listed);
  const wanted = listed.value.filter(({ run }) => isWanted(run));
  return jsonResult(ok({ items: wanted.map(({ object, run }) => (isFull ? object : run)) }));
}

/** What a list of runs is searched for. */
function textOfRun(run: RunSummary): string {
  const { namespace, name, definition = "", listener = "", trigger = "", eventId = "", reason, message } = run;
  return [`${namespace}/${name}`, definition, listener, trigger, eventId, reason, message].join("\n").toLowerCase();
}

function readsRun(path: string, answer: (visit: Visit, run: RunPath) => Promise<EndpointAnswer>): Route {
  return {
    method: "GET",
    path: `runs/:kind/:namespace/:name${path}`,
    answer: (visit, values) => onRun(values, (run) => answer(visit, run)),
  };
}

function changesRun(
  path: string,
  answer: (visit: Visit, run: RunPath, body: Readonly<Record<string, unknown>>) => Promise<EndpointAnswer>,
): Route {
  return {
    method: "POST",
    path: `runs/:kind/:namespace/:name${path}`,
    isChange: true,
    answer: (visit, values, body) => onRun(values, (run) => answer(visit, run, body)),
  };
}

function onRun(
  { kind, namespace = "", name = "" }: Readonly<Record<string, string>>,
  answer: (run: RunPath) => Promise<EndpointAnswer>,
): EndpointAnswer | Promise<EndpointAnswer> {
  return isRunKind(kind)
    ? answer({ kind, namespace, name })
    : refusal(404, "NotFound", "runs are pipelineruns or taskruns");
}

/** The run as text, without the bookkeeping of who set which field. */
async function runYaml({ client }: Visit, key: RunPath): Promise<EndpointAnswer> {
  const run = await client.get(runResources[key.kind], key);
  if (!run.ok) return jsonResult(run);
  const { apiVersion, kind, metadata, ...rest } = run.value;
  const { managedFields: _fields, ...kept } = metadata;
  return {
    kind: "text",
    contentType: "text/plain; charset=utf-8",
    body: yamlText({ apiVersion, kind, metadata: kept, ...rest } as unknown as JsonObject),
  };
}

/** The output as text, each line with its task and step; or with `format=json` as records (views/run-log.ts). */
async function runLog(visit: Visit, run: RunPath): Promise<EndpointAnswer> {
  const opened = await openRunLog(visit.client, {
    ...run,
    selects: stepSelection(visit),
    isFollowing: queryText(visit, "follow") === "true",
    hasTimestamps: queryText(visit, "timestamps") === "true",
    signal: visit.signal,
  });
  if (!opened.ok) return jsonResult(opened);
  const fileName = queryText(visit, "download") === "true" ? { fileName: `${run.name}.log` } : {};
  if (queryText(visit, "format") === "json") {
    return { kind: "records", records: logRecords(run.kind, opened.value), ...fileName };
  }
  const { pieces } = opened.value;
  return {
    kind: "stream",
    contentType: "text/plain; charset=utf-8",
    ...fileName,
    write: async (to) => {
      for await (const piece of pieces) {
        await to.write(pieceText(piece));
        if (visit.signal.aborted) return;
      }
    },
  };
}

async function* logRecords(kind: RunKind, { pieces, run }: RunLog): AsyncGenerator<LogRecord> {
  for await (const piece of pieces) yield logRecord(piece);
  // A reader can tell the end of the output from the end of the connection.
  yield { kind: "end", run: runSummary(kind, run()) };
}

function stepSelection(visit: Visit): (step: StepContainer) => boolean {
  const task = queryText(visit, "task");
  const taskRun = queryText(visit, "taskRun");
  const step = queryText(visit, "step");
  return (candidate) =>
    (task === undefined || candidate.task === task) &&
    (taskRun === undefined || candidate.taskRun === taskRun) &&
    (step === undefined || candidate.step === step);
}

function logRecord(piece: RunLogPiece): LogRecord {
  const { task, taskRun, step, attempt } = piece.step ?? { task: "", taskRun: "", step: "", attempt: 0 };
  const source = { task, taskRun, step, attempt };
  return piece.kind === "lines"
    ? { kind: "lines", source, lines: piece.lines }
    : { kind: "problem", source, status: piece.status };
}

function pieceText(piece: RunLogPiece): string {
  const prefix = piece.step === undefined ? "" : `[${piece.step.task} : ${piece.step.step}] `;
  const lines = piece.kind === "lines" ? piece.lines : [`(${piece.status.message})`];
  return lines.map((line) => `${prefix}${line}\n`).join("");
}
