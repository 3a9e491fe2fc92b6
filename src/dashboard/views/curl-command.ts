import type { HeaderView } from "./event-view.ts";

/** A request to be sent again from a shell. */
export interface CurlRequest {
  readonly method: string;
  /** Where to, with path and query. */
  readonly url: string;
  readonly headers: readonly HeaderView[];
  /** Undefined: it is in the file of that name. */
  readonly body: string | undefined;
  readonly bodyFile: string;
}

/** A command, and the variables of the shell that it needs: secrets of which only hashes are known. */
export interface CurlCommand {
  readonly text: string;
  readonly variables: readonly string[];
}

/** What curl itself sends, each time anew. */
const ofCurl: ReadonlySet<string> = new Set(["content-length", "host", "expect"]);

/** The request as a curl command for a POSIX shell. */
export function curlCommand({ method, url, headers, body, bodyFile }: CurlRequest): CurlCommand {
  const variables: string[] = [];
  const sent = headers.filter(({ name, kind }) => kind !== "connection" && !ofCurl.has(name.toLowerCase()));
  const headerLines = sent.map(({ name, value, kind }) => {
    if (kind !== "hashed") return `-H ${quoted(`${name}: ${value}`)}`;
    const variable = name.toUpperCase().replace(/[^A-Z0-9]/g, "_");
    variables.push(variable);
    return `-H ${quoted(`${name}: `)}"$${variable}"`;
  });
  // Without one curl would say that the body is a form.
  const hasType = sent.some(({ name }) => name.toLowerCase() === "content-type");
  const content = body === undefined ? `--data-binary ${quoted(`@${bodyFile}`)}` : `--data-raw ${quoted(body)}`;
  const lines = [
    `curl -i -X ${quoted(method)} ${quoted(url)}`,
    ...headerLines,
    ...(hasType ? [] : ["-H 'Content-Type:'"]),
    content,
  ];
  return { text: lines.join(" \\\n  "), variables: [...new Set(variables)] };
}

/** A word of a POSIX shell that means the text itself. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
