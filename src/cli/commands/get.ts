import type { K8sObject } from "../../api/object.ts";
import { type JsonObject, type JsonValue, member } from "../../json/value.ts";
import { resourcePath } from "../../kube/client.ts";
import { failureOf } from "../../kube/status.ts";
import { err, ok, type Result } from "../../result.ts";
import { type Connection, connect, discover } from "../connection.ts";
import { apiFailure, type Failure } from "../failure.ts";
import { formatName, formatObject, listOf, type OutputFormat } from "../output.ts";
import { readStream } from "../read-stream.ts";
import { type FetchOptions, fetchObjects, namespaceFor, parseSelection, type Selection } from "../selection.ts";
import { formatTable } from "../table.ts";

export interface GetOptions extends FetchOptions {
  readonly output?: OutputFormat;
  readonly watch?: boolean;
  readonly headers?: boolean;
  readonly signal?: AbortSignal;
}

const asTable = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

/** `tektite get`: objects as a table, or as they are. */
export async function get(words: readonly string[], options: GetOptions): Promise<Result<void, Failure>> {
  const connection = connect(options);
  if (!connection.ok) return connection;
  const discovery = await discover(connection.value);
  if (!discovery.ok) return discovery;
  const selections = parseSelection(discovery.value, words);
  if (!selections.ok) return selections;
  if (options.output !== undefined && options.output !== "wide") {
    return printObjects(connection.value, selections.value, options, options.output);
  }
  const several = selections.value.length > 1;
  let printed = 0;
  for (const selection of selections.value) {
    const result = await printTable(connection.value, selection, options, several);
    if (!result.ok) return result;
    printed += result.value;
  }
  if (printed === 0) {
    const where = options.allNamespaces === true ? "" : ` in ${connection.value.namespace} namespace`;
    process.stderr.write(`No resources found${where}.\n`);
  }
  return ok(undefined);
}

async function printObjects(
  connection: Connection,
  selections: readonly Selection[],
  options: GetOptions,
  format: "json" | "yaml" | "name",
): Promise<Result<void, Failure>> {
  const found: { readonly object: K8sObject; readonly selection: Selection }[] = [];
  for (const selection of selections) {
    const objects = await fetchObjects(connection, selection, options);
    if (!objects.ok) return objects;
    found.push(...objects.value.map((object) => ({ object, selection })));
  }
  if (format === "name") {
    for (const { object, selection } of found) process.stdout.write(formatName(object, selection.resource));
    return ok(undefined);
  }
  const one = found.length === 1 && selections.length === 1 && selections[0]?.names.length === 1;
  process.stdout.write(formatObject(one ? found[0]?.object : listOf(found.map(({ object }) => object)), format));
  return ok(undefined);
}

async function printTable(
  connection: Connection,
  selection: Selection,
  options: GetOptions,
  typed: boolean,
): Promise<Result<number, Failure>> {
  const namespace = namespaceFor(selection.resource, connection, options);
  const query: Record<string, string> = {};
  if (options.selector !== undefined) query["labelSelector"] = options.selector;
  if (options.fieldSelector !== undefined) query["fieldSelector"] = options.fieldSelector;
  const headers = { accept: asTable };
  const view: TableView = {
    wide: options.output === "wide",
    namespaces: options.allNamespaces === true && selection.resource.namespaced,
    header: options.headers !== false,
    prefix: typed
      ? `${selection.resource.singular}${selection.resource.group === "" ? "" : `.${selection.resource.group}`}/`
      : "",
  };
  let rows = 0;
  let version = "";
  const paths =
    selection.names.length === 0
      ? [resourcePath(selection.resource, { namespace })]
      : selection.names.map((name) => resourcePath(selection.resource, { namespace, name }));
  const tables: JsonValue[] = [];
  for (const path of paths) {
    const response = await connection.client.transport.send({ method: "GET", path, query, headers });
    if (response.status >= 300) return err(apiFailure(failureOf(response.status, response.body)));
    version = String(member(member(response.body, "metadata"), "resourceVersion") ?? "");
    tables.push(response.body);
    rows += rowsOf(response.body).length;
  }
  if (rows > 0) process.stdout.write(formatServerTables(tables, view));
  if (options.watch === true && selection.names.length < 2) {
    const watch = await connection.client.transport.watch({
      method: "GET",
      path: resourcePath(selection.resource, { namespace }),
      query: {
        ...query,
        watch: "true",
        resourceVersion: version,
        ...(selection.names[0] === undefined ? {} : { fieldSelector: `metadata.name=${selection.names[0]}` }),
      },
      headers,
      ...(options.signal ? { signal: options.signal } : {}),
    });
    if (options.signal?.aborted === true) return ok(rows);
    if (watch.status !== 200) return err(apiFailure(failureOf(watch.status, watch.body)));
    const columns = tables[0];
    const read = await readStream(watch.items, {
      signal: options.signal,
      take: (event) => {
        const object = member(event, "object");
        if (object === undefined || member(event, "type") === "BOOKMARK") return;
        const definitions = member(object, "columnDefinitions") ?? member(columns, "columnDefinitions") ?? null;
        const table = { ...(object as JsonObject), columnDefinitions: definitions };
        process.stdout.write(formatServerTables([table], { ...view, header: false }));
      },
    });
    if (!read.ok) return read;
  }
  return ok(rows);
}

interface TableView {
  readonly wide: boolean;
  readonly namespaces: boolean;
  readonly header: boolean;
  /** In front of names, when several types are shown. */
  readonly prefix: string;
}

function rowsOf(table: JsonValue): readonly JsonObject[] {
  const rows = member(table, "rows");
  return Array.isArray(rows) ? (rows as readonly JsonObject[]) : [];
}

/** Tables of one resource as text, with the columns that the view asks for. */
function formatServerTables(tables: readonly JsonValue[], view: TableView): string {
  const definitions = member(tables[0], "columnDefinitions");
  const columns = (Array.isArray(definitions) ? (definitions as readonly JsonObject[]) : [])
    .map((definition, index) => ({ definition, index }))
    .filter(({ definition }) => view.wide || Number(definition["priority"] ?? 0) === 0);
  const header = [
    ...(view.namespaces ? ["NAMESPACE"] : []),
    ...columns.map(({ definition }) => String(definition["name"]).toUpperCase()),
  ];
  const rows = tables.flatMap(rowsOf).map((row) => {
    const cells = Array.isArray(row["cells"]) ? row["cells"] : [];
    const namespace = member(member(row["object"], "metadata"), "namespace");
    return [
      ...(view.namespaces ? [String(namespace ?? "")] : []),
      ...columns.map(({ index }, column) => (column === 0 ? view.prefix : "") + cellText(cells[index])),
    ];
  });
  return formatTable(view.header ? header : undefined, rows);
}

function cellText(cell: JsonValue | undefined): string {
  return cell === null || cell === undefined ? "" : typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}
