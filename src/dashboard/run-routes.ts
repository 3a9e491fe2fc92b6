import { stringify } from "yaml";
import { openRunLog, type RunLogPiece } from "../kube/run-log.ts";
import type { StepContainer } from "../kube/step-log.ts";
import { cancelModes, cancelRun, rerun } from "./actions.ts";
import { type Answer, jsonResult } from "./answer.ts";
import { getRun, listRunEvents } from "./queries.ts";
import { type GetRoute, type PostRoute, refusal } from "./route.ts";
import { isRunKind, type RunKind, type RunSummary, runResources, runStates } from "./run-model.ts";
import type { LogRecord } from "./views/run-log.ts";
import { queryText, type Visit } from "./visit.ts";

/** A run as paths name it. */
interface RunPath {
  readonly kind: RunKind;
  readonly namespace: string;
  readonly name: string;
}

export const runRoutes: readonly (GetRoute | PostRoute)[] = [
  {
    method: "GET",
    path: "runs",
    answer: async (visit) => {
      const kind = queryText(visit, "kind");
      const state = runStates.find((candidate) => candidate === queryText(visit, "state"));
      const runs = await visit.listRuns(isRunKind(kind) ? kind : "pipelineruns");
      if (!runs.ok) return jsonResult(runs);
      const words = (queryText(visit, "text") ?? "").toLowerCase();
      const items = runs.value.filter(
        (run) => (state === undefined || run.state === state) && (words === "" || textOfRun(run).includes(words)),
      );
      return { kind: "json", status: 200, body: { items } };
    },
  },
  readsRun("", async ({ session }, run) => jsonResult(await getRun(session.client, run.kind, run))),
  readsRun("/logs", runLog),
  readsRun("/yaml", runYaml),
  readsRun("/events", async ({ session }, run) => {
    const events = await listRunEvents(session.client, run.kind, run);
    return jsonResult(events.ok ? { ok: true, value: { items: events.value } } : events);
  }),
  changesRun("/cancel", async ({ session }, run, body) => {
    const asked = body["mode"] ?? "cancel";
    const mode = cancelModes.find((candidate) => candidate === asked);
    if (mode === undefined) return refusal(400, "BadRequest", `mode must be one of ${cancelModes.join(", ")}`);
    const cancelled = await cancelRun(session.client, run.kind, run, mode);
    return jsonResult(cancelled.ok ? { ok: true, value: run } : cancelled);
  }),
  changesRun("/rerun", async ({ session }, run) => {
    const started = await rerun(session.client, run.kind, run);
    return jsonResult(started.ok ? { ok: true, value: { ...run, name: started.value.metadata.name } } : started);
  }),
];

/** What a list of runs is searched for. */
function textOfRun(run: RunSummary): string {
  const { namespace, name, definition = "", listener = "", trigger = "", eventId = "", reason, message } = run;
  return [`${namespace}/${name}`, definition, listener, trigger, eventId, reason, message].join("\n").toLowerCase();
}

function readsRun(path: string, answer: (visit: Visit, run: RunPath) => Promise<Answer>): GetRoute {
  return {
    method: "GET",
    path: `runs/:kind/:namespace/:name${path}`,
    answer: (visit, values) => onRun(values, (run) => answer(visit, run)),
  };
}

function changesRun(
  path: string,
  answer: (visit: Visit, run: RunPath, body: Readonly<Record<string, unknown>>) => Promise<Answer>,
): PostRoute {
  return {
    method: "POST",
    path: `runs/:kind/:namespace/:name${path}`,
    isChange: true,
    answer: (visit, values, body) => onRun(values, (run) => answer(visit, run, body)),
  };
}

function onRun(
  { kind, namespace = "", name = "" }: Readonly<Record<string, string>>,
  answer: (run: RunPath) => Promise<Answer>,
): Answer | Promise<Answer> {
  return isRunKind(kind)
    ? answer({ kind, namespace, name })
    : refusal(404, "NotFound", "runs are pipelineruns or taskruns");
}

/** The run as text, without the bookkeeping of who set which field. */
async function runYaml({ session }: Visit, key: RunPath): Promise<Answer> {
  const run = await session.client.get(runResources[key.kind], key);
  if (!run.ok) return jsonResult(run);
  const { managedFields: _fields, ...metadata } = run.value.metadata;
  return {
    kind: "text",
    contentType: "text/plain; charset=utf-8",
    body: stringify({ ...run.value, metadata }, { lineWidth: 0 }),
  };
}

/** The output as text, each line with its task and step; or with `format=json` as a record a line (views/run-log.ts). */
async function runLog(visit: Visit, run: RunPath): Promise<Answer> {
  const gone = new AbortController();
  const opened = await openRunLog(visit.session.client, {
    ...run,
    selects: stepSelection(visit),
    isFollowing: queryText(visit, "follow") === "true",
    hasTimestamps: queryText(visit, "timestamps") === "true",
    signal: AbortSignal.any([gone.signal, visit.session.ended]),
  });
  if (!opened.ok) return jsonResult(opened);
  const isJson = queryText(visit, "format") === "json";
  return {
    kind: "stream",
    contentType: isJson ? "application/x-ndjson" : "text/plain; charset=utf-8",
    ...(queryText(visit, "download") === "true" ? { fileName: `${run.name}.log` } : {}),
    write: async (to) => {
      to.signal.addEventListener("abort", () => gone.abort());
      for await (const piece of opened.value.pieces) {
        await to.write(isJson ? `${JSON.stringify(logRecord(piece))}\n` : pieceText(piece));
        if (to.signal.aborted) return;
      }
      // A reader can tell the end of the output from the end of the connection.
      if (isJson) await to.write(`${JSON.stringify({ kind: "end" } satisfies LogRecord)}\n`);
    },
  };
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
