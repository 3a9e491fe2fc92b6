import { triggersEnvironment } from "../../cel/environments.ts";

const macros = ["has", "all", "exists", "exists_one", "map", "filter"];

/** What expressions of the CEL interceptor can name: the event's parts, functions and macros. */
const names = [...triggersEnvironment.variables.keys(), ...triggersEnvironment.functions.keys(), ...macros].filter(
  (name) => /^[a-z]\w*$/i.test(name),
);

/**
 * The one name that differs from a name that does not exist in capital letters and underscores alone, or else in a
 * single letter: `startswith` is `startsWith`, `headers` is `header`. Undefined when there is none, or more than one.
 */
export function meantName(name: string): string | undefined {
  const plain = fold(name);
  const alike = names.filter((known) => fold(known) === plain);
  const near = alike.length > 0 || plain.length < 3 ? alike : names.filter((known) => isNear(fold(known), plain));
  return near.length === 1 ? near[0] : undefined;
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll("_", "");
}

/** Whether one letter is replaced, left out or too much. */
function isNear(left: string, right: string): boolean {
  if (Math.abs(left.length - right.length) > 1) return false;
  let from = 0;
  while (from < left.length && left[from] === right[from]) from++;
  const rest = [left.slice(from), right.slice(from)] as const;
  const [longer, shorter] = rest[0].length >= rest[1].length ? rest : [rest[1], rest[0]];
  return longer.slice(1) === (longer.length === shorter.length ? shorter.slice(1) : shorter);
}
