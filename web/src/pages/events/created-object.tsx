import type { ReactNode } from "react";
import { Link } from "wouter";
import type { CreatedLink } from "../../../../src/dashboard/event-model.ts";
import { useLinkTo } from "../../link-to.ts";

const pagesOf: Readonly<Record<string, "pipelineruns" | "taskruns">> = {
  PipelineRun: "pipelineruns",
  TaskRun: "taskruns",
};

/** An object that a trigger created; runs are links. `namespace`: where it is unless it says so itself. */
export function CreatedObject({
  object: { kind, namespace: own, name },
  namespace,
  isLong = false,
}: {
  readonly object: CreatedLink;
  readonly namespace: string;
  readonly isLong?: boolean;
}): ReactNode {
  const linkTo = useLinkTo();
  const page = Object.hasOwn(pagesOf, kind) ? pagesOf[kind] : undefined;
  const text = isLong || page === undefined ? `${kind} ${name}` : name;
  return page === undefined ? (
    <span>{text}</span>
  ) : (
    <Link href={linkTo(["runs", page, own ?? namespace, name])}>{text}</Link>
  );
}
