import { stringify } from "yaml";
import { cancelModes, cancelRun, rerun } from "./actions.ts";
import { type Answer, jsonResult } from "./answer.ts";
import { getRun, listRunEvents, listRuns } from "./queries.ts";
import { type GetRoute, type PostRoute, refusal } from "./route.ts";
import { type LogPiece, openRunLog } from "./run-log-lines.ts";
import { isRunKind, type RunKind, runResources, runStates } from "./run-model.ts";
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
      const runs = await listRuns(visit.session.client, isRunKind(kind) ? kind : "pipelineruns", visit.namespace);
      if (!runs.ok) return jsonResult(runs);
      const items = state === undefined ? runs.value : runs.value.filter((run) => run.state === state);
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
  return { kind: "text", contentType: "text/plain; charset=utf-8", body: stringify({ ...run.value, metadata }) };
}

async function runLog(visit: Visit, run: RunPath): Promise<Answer> {
  const gone = new AbortController();
  const opened = await openRunLog(visit.session.client, {
    ...run,
    task: queryText(visit, "task"),
    isFollowing: queryText(visit, "follow") === "true",
    signal: AbortSignal.any([gone.signal, visit.session.ended]),
  });
  if (!opened.ok) return jsonResult(opened);
  return {
    kind: "stream",
    contentType: "text/plain; charset=utf-8",
    ...(queryText(visit, "download") === "true" ? { fileName: `${run.name}.log` } : {}),
    write: async (to) => {
      to.signal.addEventListener("abort", () => gone.abort());
      let prefix = "";
      for await (const piece of opened.value) {
        prefix = piece.kind === "step" ? `[${piece.task} : ${piece.step}] ` : prefix;
        const text = pieceText(piece);
        if (text !== undefined) await to.write(`${prefix}${text}\n`);
        if (to.signal.aborted) return;
      }
    },
  };
}

function pieceText(piece: LogPiece): string | undefined {
  switch (piece.kind) {
    case "step":
      return undefined;
    case "line":
      return piece.text;
    case "problem":
      return `(${piece.status.message})`;
    default:
      return piece satisfies never;
  }
}
