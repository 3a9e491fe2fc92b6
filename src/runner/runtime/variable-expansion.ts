/**
 * Fills `$(NAME)` of known variables in a command, an argument or a variable's value as Kubernetes does: `$$` gives
 * `$` and protects what follows, unknown names stay as they are (spec: pipelines, section 3).
 */
export function expandVariables(text: string, variables: ReadonlyMap<string, string>): string {
  let out = "";
  let at = 0;
  for (;;) {
    const dollar = text.indexOf("$", at);
    if (dollar === -1 || dollar + 1 >= text.length) return out + text.slice(at);
    out += text.slice(at, dollar);
    const next = text[dollar + 1];
    if (next === "$") {
      out += "$";
      at = dollar + 2;
      continue;
    }
    const close = next === "(" ? text.indexOf(")", dollar + 2) : -1;
    if (close === -1) {
      out += "$";
      at = dollar + 1;
      // An opening without an end is plain text, and what follows the blank dollar is looked at again.
      continue;
    }
    const name = text.slice(dollar + 2, close);
    out += variables.get(name) ?? text.slice(dollar, close + 1);
    at = close + 1;
  }
}

/** The environment with each value expanded by the variables before it; a later one of a name wins. */
export function expandEnvironment(
  env: readonly { readonly name: string; readonly value: string }[],
): Map<string, string> {
  const variables = new Map<string, string>();
  for (const { name, value } of env) variables.set(name, expandVariables(value, variables));
  return variables;
}
