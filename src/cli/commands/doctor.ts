import type { DoctorView } from "../../dashboard/views/configuration-view.ts";
import { visibleLine } from "../../offline/yaml-text.ts";
import { err, ok, type Result } from "../../result.ts";
import type { ConnectionOptions } from "../connection.ts";
import { openEndpoints, placeText } from "../endpoints.ts";
import { eventValues } from "../event-query.ts";
import { apiFailure, type Failure, failure } from "../failure.ts";
import { formatObject } from "../output.ts";

export interface DoctorOptions extends ConnectionOptions {
  /** How far back events are looked at: a duration or a time. */
  readonly since?: string;
  readonly output?: "text" | "json" | "yaml";
}

/** `tektite doctor`: what makes listeners silent. Exit code 1 when an error is found. */
export async function doctor(words: readonly string[], options: DoctorOptions): Promise<Result<void, Failure>> {
  const name = words
    .filter((word) => !["el", "eventlistener", "eventlisteners"].includes(word))
    .at(0)
    ?.replace(/^el\//, "");
  const connection = openEndpoints(options);
  if (!connection.ok) return connection;
  const { endpoints, listed } = connection.value;
  const times = eventValues(connection.value, options);
  if (!times.ok) return times;
  const found = await endpoints.get("doctor", { namespace: listed, listener: name, since: options.since });
  if (!found.ok) {
    const { code, details, message = "" } = found.error;
    const isNoListener = code === 404 && details?.name !== undefined;
    return err(isNoListener ? failure(message) : apiFailure(found.error));
  }
  const { listeners, problems, unread } = found.value;
  for (const warning of [...unread.map((status) => apiFailure(status).message), ...problems]) {
    process.stderr.write(`warning: ${warning}\n`);
  }
  if (listeners.length === 0) return err(failure(`there is no EventListener in ${placeText(connection.value)}`));
  const { output = "text" } = options;
  if (output === "text") process.stdout.write(listeners.map(formatReport).join("\n"));
  else process.stdout.write(formatObject({ listeners }, output));
  const errors = listeners.flatMap(({ findings }) => findings).filter(({ level }) => level === "error").length;
  return errors === 0 ? ok(undefined) : err(failure(errors === 1 ? "1 problem found" : `${errors} problems found`));
}

const marks = { ok: "✓", warning: "!", error: "✗" } as const;

function formatReport({ listener, findings }: DoctorView["listeners"][number]): string {
  const lines = findings.flatMap(({ level, check, message, hint }) => [
    `  ${marks[level]} ${check}: ${message}`,
    ...(hint === undefined ? [] : [`      ${hint}`]),
  ]);
  return `${[`EventListener ${listener}`, ...lines].map(visibleLine).join("\n")}\n`;
}
