import { randomInt } from "node:crypto";

/** A script as it is run: with its own shebang as written, else in a shell that stops at the first failure. */
export function scriptText(script: string): string {
  return script.trimStart().startsWith("#!") ? script : `#!/bin/sh\nset -e\n${script}`;
}

/** The interpreter that the script's first line names, with its arguments' first word when that is `env`. */
export function interpreterOf(text: string): string | undefined {
  const line = /^\s*#![ \t]*(\S+)(?:[ \t]+(\S+))?/.exec(text);
  return line === null
    ? undefined
    : line[1]?.endsWith("/env") && line[2] && !line[2].startsWith("-")
      ? line[2]
      : line[1];
}

// Those that Kubernetes uses for generated names.
const alphabet = "bcdfghjklmnpqrstvwxz2456789";

/** A file name such as `script-0-x7k2p`. */
export function scriptName(kind: "step" | "sidecar", index: number): string {
  let random = "";
  for (let i = 0; i < 5; i++) random += alphabet[randomInt(alphabet.length)];
  return `${kind === "step" ? "script" : "sidecar-script"}-${index}-${random}`;
}
