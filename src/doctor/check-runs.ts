import { isJsonArray, type JsonValue, member } from "../json/value.ts";
import type { SelectedTrigger } from "../triggers/select-triggers.ts";
import type { Finding } from "./finding.ts";
import { type ListenerFacts, nameOfTrigger } from "./listener-facts.ts";
import { isFixed, type TemplatedRun, templatedRun } from "./templated-run.ts";

/**
 * Params and workspaces that a Pipeline or Task must have and the run of a template does not give: such a run fails as
 * soon as it is made.
 */
export async function checkRuns(facts: ListenerFacts): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const trigger of facts.triggers) {
    const { namespace } = trigger.identity;
    const { template } = trigger.spec;
    const spec =
      template?.spec ?? (template?.ref ? facts.resources.triggerTemplate(namespace, template.ref)?.spec : undefined);
    for (const raw of spec?.resourcetemplates ?? []) {
      const run = templatedRun(raw?.json, namespace);
      if (run !== undefined) findings.push(...(await checkRun(facts, trigger, run)));
    }
  }
  return findings;
}

async function checkRun(
  { client }: ListenerFacts,
  trigger: SelectedTrigger,
  { kind, spec, definition }: TemplatedRun,
): Promise<readonly Finding[]> {
  const { resource, namespace, name } = definition;
  const found = await client.get(resource, { namespace, name });
  // What is missing is told by another check.
  if (!found.ok) return [];
  const wanted = found.value["spec"] as JsonValue | undefined;
  const needed = [
    { field: "params", word: "param", items: itemsOf(wanted, "params").filter((each) => !has(each, "default")) },
    {
      field: "workspaces",
      word: "workspace",
      items: itemsOf(wanted, "workspaces").filter((each) => member(each, "optional") !== true),
    },
  ];
  return needed.flatMap(({ field, word, items }): readonly Finding[] => {
    const given = itemsOf(spec, field).map((each) => member(each, "name"));
    // A name may come out of the event.
    if (!given.every(isFixed)) return [];
    const missing = items.map((each) => member(each, "name")).filter((each) => !given.includes(each as string));
    if (missing.length === 0) return [];
    const what = `${word}${missing.length === 1 ? "" : "s"} ${missing.join(", ")}`;
    return [
      {
        level: "error",
        check: field,
        message: `trigger ${nameOfTrigger(trigger)}: its ${kind} does not give ${definition.kind} ${name} the ${what}: it fails at once`,
        hint: `add to spec.${field} of the ${kind} in its template`,
        at: { trigger: trigger.identity.path },
      },
    ];
  });
}

function itemsOf(spec: JsonValue | undefined, field: string): readonly JsonValue[] {
  const items = member(spec, field);
  return isJsonArray(items) ? items : [];
}

function has(value: JsonValue, field: string): boolean {
  return member(value, field) !== undefined;
}
