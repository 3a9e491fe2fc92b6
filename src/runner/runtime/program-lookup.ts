import { accessSync, constants, statSync } from "node:fs";
import { err, ok, type Result } from "../../result.ts";
import type { Launch } from "./pod-backend.ts";
import { interpreterOf, scriptText } from "./step-script.ts";

/** Where programs lie when nothing says otherwise. */
export const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * The program that a launch begins with: its script's interpreter or the first word of its command.
 */
function firstProgram(launch: Launch): Result<string, string> {
  const { container } = launch;
  if (launch.scriptName !== undefined) return ok(interpreterOf(scriptText(container.script ?? "")) ?? "/bin/sh");
  const [program] = launch.command;
  if (program !== undefined) return ok(program);
  return err(
    `neither command nor script is given, and the entrypoint of the image "${container.image}" is not known: ` +
      "images are not used by this runtime; give the step a command, or use the container runtime",
  );
}

/**
 * Whether the program of a launch can be found, and if not a text that says what to do. `toHost` tells where a path of
 * the container lies on this machine, or nothing where that is not known.
 */
export function findProgram(
  launch: Launch,
  searchPath: string,
  toHost: (path: string) => string | undefined,
): Result<string, string> {
  const first = firstProgram(launch);
  if (!first.ok) return first;
  const program = first.value;
  const isFile = (path: string): boolean => {
    const host = toHost(path);
    return host !== undefined && isExecutable(host);
  };
  if (program.includes("/")) {
    // A relative one may be made by an earlier step; the start itself will tell.
    if (!program.startsWith("/") || isFile(program)) return ok(program);
    return err(missing(program, launch));
  }
  for (const folder of searchPath.split(":")) {
    const path = `${folder === "" ? "." : folder}/${program}`;
    if (isFile(path)) return ok(path);
  }
  return err(missing(program, launch));
}

function missing(program: string, launch: Launch): string {
  return (
    `program "${program}" was not found on this machine. The image "${launch.container.image}" would have it, but ` +
    "images are not used by this runtime: install the program, map the image to a folder that has it, " +
    "or use the container runtime"
  );
}

function isExecutable(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
