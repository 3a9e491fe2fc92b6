import type { JsonObject } from "../json/value.ts";
import { requestText } from "../offline/event-export.ts";
import type { PlaygroundInput } from "../offline/playground.ts";
import { err, ok, type Result } from "../result.ts";
import { jsonResult } from "./answer.ts";
import { readStored } from "./event-queries.ts";
import { listenerObjects } from "./playground-objects.ts";
import { type Route, refusal } from "./route.ts";
import type { PlaygroundRequestView } from "./views/playground-view.ts";

/** Of manifests or an expression; more is no text to edit. */
const maxTextLength = 512 * 1024;
/** Of requests: what a listener takes, and its headers. */
const maxRequestLength = 26 * 1024 * 1024;

export const playgroundRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "playground/requests/:namespace/:id",
    answer: async ({ client }, { namespace = "", id = "" }) => {
      const stored = await readStored(client, { namespace, id });
      if (!stored.ok) return jsonResult(stored);
      const { event } = stored.value;
      const body: PlaygroundRequestView = { ...requestText(event), listener: event.event.listener.name };
      return jsonResult(ok(body));
    },
  },
  {
    method: "GET",
    path: "playground/objects/:namespace/:name",
    answer: async ({ client }, { namespace = "", name = "" }) => {
      const text = await listenerObjects(client, { namespace, name });
      return jsonResult(text.ok ? ok({ text: text.value }) : text);
    },
  },
  {
    method: "POST",
    path: "playground",
    // It only computes.
    isChange: false,
    answer: async ({ tryOut }, _values, body) => {
      const input = readInput(body);
      return input.ok ? jsonResult(await tryOut(input.value)) : refusal(400, "BadRequest", input.error);
    },
  },
];

function readInput({ request, manifests, expression, namespace }: JsonObject): Result<PlaygroundInput, string> {
  if (typeof request !== "string") return err("request must be text: an HTTP request");
  if (request.length > maxRequestLength) return err(`the request is longer than ${maxRequestLength} letters`);
  const text = expression ?? manifests;
  if (typeof text !== "string") return err("manifests must be text: YAML documents; or expression: CEL");
  if (text.length > maxTextLength) return err(`the text is longer than ${maxTextLength} letters`);
  if (expression !== undefined) return ok({ request, what: { kind: "expression", text } });
  const space = typeof namespace === "string" && namespace !== "" ? namespace : "default";
  return ok({ request, what: { kind: "manifests", text, namespace: space } });
}
