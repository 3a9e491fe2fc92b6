/** One column of a Table. */
export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
}

const purposeOfName =
  "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names";

const purposeOfAge =
  "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";

/** A column of text; the description is what clients are told about it. */
export function text(name: string, description: string): TableColumn {
  return { name, type: "string", description };
}

/** A column of whole numbers. */
export function count(name: string, description: string): TableColumn {
  return { name, type: "integer", description };
}

/** A column of true and false. */
export function flag(name: string, description: string): TableColumn {
  return { name, type: "boolean", description };
}

/** The column as one that clients show only in wide output. */
export function wide(column: TableColumn): TableColumn {
  return { ...column, priority: 1 };
}

export const nameColumn: TableColumn = { name: "Name", type: "string", format: "name", description: purposeOfName };
export const ageColumn: TableColumn = text("Age", purposeOfAge);
export const createdAtColumn: TableColumn = { name: "Created At", type: "date", description: purposeOfAge };

/** Of kinds with a pod template. */
export const containersColumn: TableColumn = text("Containers", "Names of each container in the template.");
export const imagesColumn: TableColumn = text("Images", "Images referenced by each container in the template.");
export const templateColumns: readonly TableColumn[] = [wide(containersColumn), wide(imagesColumn)];

/** Of Events, which two groups serve. */
export const eventColumns: readonly TableColumn[] = [
  text("Last Seen", "The time at which the most recent occurrence of this event was recorded."),
  text("Type", "Type of this event (Normal, Warning), new types could be added in the future"),
  text(
    "Reason",
    "This should be a short, machine understandable string that gives the reason for the transition into the object's current status.",
  ),
  text("Object", "The object that this event is about."),
  wide(
    text(
      "Subobject",
      'If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go field access statement, such as desiredState.manifest.containers[2]. For example, if the object reference is to a container within a pod, this would take on a value like: "spec.containers{name}" (where "name" refers to the name of the container that triggered the event) or if no container name is specified "spec.containers[2]" (container with index 2 in this pod). This syntax is chosen only to have some well-defined way of referencing a part of an object.',
    ),
  ),
  wide(text("Source", "The component reporting this event. Should be a short machine understandable string.")),
  text("Message", "A human-readable description of the status of this operation."),
  wide(text("First Seen", "The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)")),
  wide(text("Count", "The number of times this event has occurred.")),
  { ...nameColumn, priority: 1 },
];
