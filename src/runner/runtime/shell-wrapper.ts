/**
 * A command as the child of a shell, where we cannot see how the command itself ended: POSIX shells report a signal as
 * 128 and its number, which a command may also exit with by itself, but say a word about it on their own stderr. That
 * one is kept apart from the command's. (They are silent about SIGINT and SIGPIPE.)
 */

/** For `sh -c`, with the command's stderr at descriptor 3 and the shell's own at 2. */
const script =
  'command -v -- "$1" >/dev/null 2>&1 || { echo "$1: not found" >&2; exit 127; }; (exec "$@" 2>&3 3>&-); exit $?';

/** The words of a shell whose descriptors stand as `script` wants them. */
export function wrapWithDescriptors(words: readonly string[]): readonly string[] {
  return ["/bin/sh", "-c", script, "sh", ...words];
}

/** Starts in a folder that is made when it is missing; the first word is the folder, or empty. */
const enter = 'wd=$1; shift; [ -z "$wd" ] || { mkdir -p "$wd" 2>/dev/null; cd "$wd" || exit 126; }';

/** The arguments of a shell that writes what it says itself to a file. */
export function wrapWithFile(
  words: readonly string[],
  path: string,
  workingDir: string | undefined,
): readonly string[] {
  return ["-c", `exec 3>&2 2>${path}; ${enter}; ${script}`, "sh", workingDir ?? "", ...words];
}

/** How the command of a shell ended. */
export function shellExit(
  code: number,
  said: string,
):
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signalled"; readonly signal: string }
  | { readonly kind: "notStarted"; readonly message: string } {
  if (said === "") return { kind: "exited", code };
  if (code > 128) return { kind: "signalled", signal: said };
  if (code === 126 || code === 127) return { kind: "notStarted", message: said };
  return { kind: "exited", code };
}
