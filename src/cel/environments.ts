import type { Environment } from "./checker.ts";
import { mergeDeclarations } from "./function-table.ts";
import { conversions } from "./functions/conversions.ts";
import { encoders } from "./functions/encoders.ts";
import { kubernetes } from "./functions/kubernetes.ts";
import { lists } from "./functions/lists.ts";
import { math } from "./functions/math.ts";
import { mixedComparisons, operators } from "./functions/operators.ts";
import { optionals } from "./functions/optionals.ts";
import { sets } from "./functions/sets.ts";
import { strings } from "./functions/strings.ts";
import { timeParts } from "./functions/time-parts.ts";
import { triggers } from "./functions/triggers.ts";
import { dynType, mapOf, stringType } from "./types.ts";

const standard = [operators, conversions, timeParts];
/** What expressions of Kubernetes have of the language's own libraries, and its lists and patterns. */
export const kubernetesFunctions = [...standard, mixedComparisons, strings, encoders, sets, kubernetes, optionals];
const objectType = mapOf(stringType, dynType);

/** What the CEL interceptor's expressions can use: the event, and every library. */
export const triggersEnvironment: Environment = {
  variables: new Map([
    ["body", objectType],
    ["header", objectType],
    ["extensions", objectType],
    ["requestURL", stringType],
  ]),
  functions: mergeDeclarations([...standard, triggers, strings, encoders, sets, lists, math]),
};

/** Expressions without an event, such as `when: [{cel: ...}]` of a pipeline: the standard library alone. */
export const plainEnvironment: Environment = { variables: new Map(), functions: mergeDeclarations(standard) };
